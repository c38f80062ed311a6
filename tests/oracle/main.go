// SPDX-License-Identifier: MIT

// Oracle writes what Go's own text/template, with confd's functions, makes of the
// cases in the named files:
//
//	cd tests/oracle && go run . ../tmpl/*.txt
//
// tests/unit/tmpl.c says how a file of cases reads. Where uconfd differs from confd on
// purpose, so does this program: integers of JSON are exact, ls and lsdir know the
// root, a bad pattern is one in an empty store too, templates nest 1,000 deep. A case
// whose name begins with "ours: " is not touched: Go has no say in it.
//
// With -engine FILE, which is tests/tool/tmpl-run.c, built, it times both (bench.go), and
// with -fuzz N it compares what both make of N programs that it makes up (fuzz.go).
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"text/template"
	"unicode/utf8"

	"oracle/memkv"
)

func exact(v any) any {
	switch v := v.(type) {
	case json.Number:
		if i, err := strconv.Atoi(v.String()); err == nil {
			return i
		}
		f, _ := v.Float64()
		return f
	case []any:
		for i := range v {
			v[i] = exact(v[i])
		}
		return slices.Clip(v)
	case map[string]any:
		for k := range v {
			v[k] = exact(v[k])
		}
	}
	return v
}

func decode(text string, v any) error {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("more behind the value")
	}
	return nil
}

func jsonMap(text string) (map[string]any, error) {
	var m map[string]any
	err := decode(text, &m)
	exact(m)
	return m, err
}

func jsonArray(text string) ([]any, error) {
	var l []any
	err := decode(text, &l)
	exact(l)
	return slices.Clip(l), err
}

func makeMap(kv ...any) (map[string]any, error) {
	m := map[string]any{}
	if len(kv)%2 != 0 {
		return nil, errors.New("invalid map call")
	}
	for i := 0; i < len(kv); i += 2 {
		k, ok := kv[i].(string)
		if !ok {
			return nil, errors.New("map keys must be strings")
		}
		m[k] = kv[i+1]
	}
	return m, nil
}

func getenv(name string, v ...string) string {
	s := os.Getenv(name)
	if s == "" && len(v) > 0 {
		return v[0]
	}
	return s
}

func seq(first, last int) []int {
	l := []int{}
	for i := first; i <= last; i++ {
		l = append(l, i)
	}
	return slices.Clip(l)
}

func functions(s *memkv.Store) template.FuncMap {
	return template.FuncMap{
		"exists": s.Exists, "get": s.Get, "getv": s.Getv, "gets": s.Gets,
		"getvs": s.Getvs, "ls": s.Ls, "lsdir": s.Lsdir,

		"add":  func(a, b int) int { return a + b },
		"sub":  func(a, b int) int { return a - b },
		"atoi": strconv.Atoi, "base": path.Base, "contains": strings.Contains,
		"dir": path.Dir, "getenv": getenv, "join": strings.Join, "json": jsonMap,
		"jsonArray": jsonArray, "map": makeMap, "replace": strings.Replace, "seq": seq,
		"split": strings.Split, "toLower": strings.ToLower, "toUpper": strings.ToUpper,
		"trimSuffix": strings.TrimSuffix,
	}
}

func render(text string, s *memkv.Store) string {
	var out bytes.Buffer
	t, err := template.New("t").Funcs(functions(s)).Parse(text)
	if err == nil {
		err = t.Execute(&out, nil)
	}
	if err != nil {
		return "error: " + strings.Replace(err.Error(), "depth (100000)", "depth (1000)", 1)
	}
	return out.String()
}

// unescape turns <XX>, two upper-case hexadecimal digits, into that byte.
func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if i+3 < len(s) && s[i] == '<' && s[i+3] == '>' && s[i+1:i+3] == strings.ToUpper(s[i+1:i+3]) {
			if n, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				b.WriteByte(byte(n))
				i += 3
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func escape(s string) string {
	var b strings.Builder
	for i, n := 0, 0; i < len(s); i += n {
		r, size := utf8.DecodeRuneInString(s[i:])
		n = size
		bad := r == utf8.RuneError && n == 1
		trailing := (r == ' ' || r == '\n') && (i+1 == len(s) || s[i+1] == '\n' && r == ' ')
		if bad || r < ' ' && r != '\n' || r == 0x7f || trailing {
			fmt.Fprintf(&b, "<%02X>", s[i])
		} else {
			b.WriteString(s[i : i+n])
		}
	}
	return b.String()
}

func keys(lines string, s map[string]string) {
	for _, line := range strings.Split(lines, "\n") {
		if strings.HasPrefix(line, "/") {
			k, v, _ := strings.Cut(line, " ")
			s[k] = unescape(v)
		}
	}
}

func run(name, one string, shared string) string {
	head, rest, _ := strings.Cut(one, "---\n")
	text, _, found := strings.Cut(rest+"\n", "\n---\n")
	if !found {
		log.Fatalf("%s: case %.40q: no second ---", name, one)
	}
	if strings.HasPrefix(head, "ours: ") {
		return one
	}
	m := map[string]string{}
	keys(shared, m)
	keys(head, m)
	return head + "---\n" + text + "\n---\n" + escape(render(unescape(text), memkv.New(m)))
}

// golden writes what Go makes of the cases in the file back into it.
func golden(name string) {
	data, err := os.ReadFile(name)
	if err != nil {
		log.Fatal(err)
	}
	cases := strings.Split(strings.TrimRight(string(data), "\n"), "\n=== ")
	for i, one := range cases[1:] {
		cases[i+1] = strings.TrimRight(run(name, one, cases[0]), "\n") + "\n"
	}
	if err := os.WriteFile(name, []byte(strings.Join(cases, "\n=== ")), 0o644); err != nil {
		log.Fatal(err)
	}
}

func main() {
	os.Setenv("TMPL_SET", "set")
	os.Setenv("TMPL_EMPTY", "")
	engine := flag.String("engine", "", "a built tests/tool/tmpl-run.c to bench or to fuzz")
	programs := flag.Int("fuzz", 0, "how many programs to compare")
	seed := flag.Int64("seed", 1, "of the first one")
	flag.Parse()
	for _, name := range flag.Args() {
		golden(name)
	}
	if *engine == "" {
		return
	}
	if *programs > 0 {
		fuzz(startPeer(*engine), *seed, *programs)
	} else {
		bench(startPeer(*engine))
	}
}
