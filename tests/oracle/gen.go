// SPDX-License-Identifier: MIT

package main

import (
	"fmt"
	"math/rand"
	"strings"

	"oracle/memkv"
)

// A gen makes up a program. It slices no slice: ours do not know what is behind their end.
// Its tables are written in a small language: each letter is something to make up (see
// operand), all else is text of the template.
type gen struct {
	*rand.Rand
	vars      []variable
	templates []string // that are defined, so that calls come to an end
	ranges    int      // around this point
	budget    int      // of what is to be made up
}

type variable struct {
	name string
	kind byte
}

// commands, by the kind of their result
var commands = map[byte][]string{
	's': {
		"getv K", "getv K s", "getv s s", "getenv V", "getenv V s", "base s", "dir s",
		"toUpper s", "toLower s", "trimSuffix s s", "replace s s s n", "join l s",
		"printf F", "printf F a", "printf F a a", "printf F a a a", "printf H (add i i)",
		"printf F f", "printf H (toUpper s)", "printf H (split s s)", "printf F m", "printf F b", "print a",
		"print a a", "print a a a", "println a a", "html a", "html s", "js s", "js a",
		"urlquery s", "urlquery a a", "index l n", "index s n", "slice (toLower s) n",
		"slice (print s) n n", "slice (print s) n n n", "and s s", "or s s a",
		"print B", "printf H (sub B B)", "print (add B i)", "print (sub i B)", "print (add B B)",
	},
	'i': {
		"len s", "len l", "len m", "len a", "add i i", "sub i i", "atoi s", "atoi N",
		"index L n", "index s n", "or i i",
	},
	'b': {
		"eq a a", "eq s s", "eq s s s", "eq i i i", "eq f f", "ne a a", "ne s s",
		"lt i i", "lt B i", "eq B B", "ge B f", "lt s s", "le f f", "le a a", "gt s s", "gt i i", "ge i i", "not a",
		"not b", "and a a", "and b b", "or a b", "contains s s", "exists K", "exists s",
	},
	'f': {"index A 1"},
	'l': {
		"split s s", "getvs P", "gets P", "ls D", "lsdir D", "ls s", "seq n n", "slice C n",
		"slice C n n", "slice C n n n", "jsonArray A", "split s C",
	},
	'm': {"json O", "map", "map s a", "map s a s a", "map a a", "get K", "index G 0"},
	'a': {"index A n", "index O s", "index m s", "index m s n", "index a a", "call a", "slice a"},
}

var kinds = []byte("ssiibfllmma")

var literals = map[byte][]string{
	's': {
		`""`, `"a"`, `"x y"`, "`raw\\`", `"é"`, `"日本"`, `"10.0.0.1:80"`, `"<a href='b'>"`,
		`"\t\\\x41\u00e9\"\n"`, `"/n"`, `"a,b,,c"`, `","`, `"\xff"`, `"%d"`, `"x"`, `"y"`,
		"`two\nlines`", `"Ab.Cd"`, `"\U0001F600"`, `"\001\177"`,
	},
	'i': {
		"0", "1", "2", "-1", "7", "255", "'a'", "'\\n'", "'é'", "0x1F", "1_000", "0b101",
		"0o17", "017", "1e2", "+3", "'\\''",
	},
	'f': {
		"1.5", "-0.25", "1e100", ".5", "0x1p-2", "1e-7", "123456789.0", "3.0", "1e21", "0.1",
		"2.5", "1e20", "100000.0", "1234567.5", "-0.0", "1_0.2_5", "5e-300", "1e6",
	},
	'b': {"true", "false"},
	'a': {"nil", "."},
	'l': {"(seq 1 2)", "(ls `/`)", "nil"},
	'm': {"(map)", "(map `a` 1)", "(get `/name`)", "nil"},
	'n': {"0", "1", "2", "3", "-1", "5"},
	'K': {
		`"/name"`, `"/name"`, `"/name"`, `"/port"`, `"/port"`, `"/a/x"`, `"/a/x"`, `"/n"`,
		`"/u"`, `"/a/é"`, `"/none"`, `"/a"`, `"name"`, `"/"`,
	},
	'P': {
		`"/*"`, `"/a/*"`, `"/a/x"`, `"/*/*"`, `"/[a-n]*"`, `"/a/?"`, `"/none/*"`, `"*"`,
		`"/["`, `"/a/[^x]"`, `"/a*"`, `"/\\a/*"`, `""`, `"/*a*e"`,
	},
	'D': {`"/"`, `"/a"`, `"/a/"`, `"/none"`, `""`, `"/n"`, `"a"`, `"/name"`, `"/a/../b"`},
	'N': {`"12"`, `"-7"`, `"0"`, `"007"`, `"+3"`, `"x"`, `""`, `"99999999999999999999"`, `"1 "`},
	'V': {`"TMPL_SET"`, `"TMPL_EMPTY"`, `"TMPL_NONE"`},
	'C': {`(split "a,b,c" ",")`, `(seq 1 3)`, `(getvs "/a/*")`, `(ls "/")`},
	'B': { // large: nothing is to count to them
		"9223372036854775807", "-9223372036854775808", "4611686018427387904", "1e18",
		"18446744073709551615", "9223372036854775808", "0x7fffffffffffffff",
	},
	'L': {`(seq 1 3)`, `(seq 0 9)`},
	'G': {`(gets "/*")`, `(gets "/a/*")`},
	'O': {
		"(json `{\"a\": \"x\", \"b\": {\"c\": null, \"d\": [1.5, \"e\"]}, \"t\": true}`)",
		"(json `{}`)", "(json `null`)", "(json `{\"x\": [], \"a\": {\"b\": \"<&>\"}}`)",
	},
	'A': {
		"(jsonArray `[1.5, \"a\", null, [true], {\"k\": \"v\"}]`)", "(jsonArray `[]`)",
		"(jsonArray `null`)", "(jsonArray `[2.5e10, -0.125, 1e-9, 123456.75]`)",
	},
}

func (g *gen) one(of []string) string { return of[g.Intn(len(of))] }

// in says yes once in n times.
func (g *gen) in(n int) bool { return g.Intn(n) == 0 }

// format makes up a format of printf with some of the verbs.
func (g *gen) format(verbs string) string {
	var b strings.Builder
	for range 1 + g.Intn(3) {
		b.WriteString(g.one([]string{"", "", "a", " ", "é", "%%", ","}) + "%")
		for g.in(3) {
			b.WriteByte("+-# 0"[g.Intn(5)])
		}
		if g.in(10) {
			fmt.Fprintf(&b, "[%d]", g.Intn(4))
		}
		if g.in(3) {
			b.WriteString(g.one([]string{"1", "5", "12", "*", "03"}))
		}
		if g.in(3) {
			b.WriteString("." + g.one([]string{"", "0", "1", "3", "10", "*"}))
		}
		if g.in(20) {
			fmt.Fprintf(&b, "[%d]", g.Intn(4))
		}
		b.WriteByte(verbs[g.Intn(len(verbs))])
	}
	return "`" + b.String() + "`"
}

// operand makes up what can stand as an argument and is, as a rule, of that kind:
// a string, int, bool, float, list, map, anything; in capitals, or n, a literal. Verbs
// that would show a float in base 2 or 16 see other kinds only: we do not have them.
func (g *gen) operand(kind byte) string {
	if kind == 'F' {
		return g.format("vvvvdddsssqqcotUeEfFgGTOzw!")
	}
	if kind == 'H' {
		return g.format("xXbvds")
	}
	if _, ok := commands[kind]; !ok {
		return g.one(literals[kind])
	}
	if kind == 'a' || g.in(60) {
		kind = kinds[g.Intn(len(kinds))]
	}
	g.budget--
	if g.budget > 0 && g.in(3) {
		return "(" + g.pipeline(kind) + ")" + g.fields(kind)
	}
	if g.in(2) {
		if v := g.variable(kind); v != "" {
			return v
		}
	}
	return g.one(literals[kind])
}

func (g *gen) fields(kind byte) string {
	if kind != 'm' && !g.in(30) || g.in(2) {
		return ""
	}
	return g.one([]string{".a", ".b", ".a.b", ".b.c", ".b.d", ".Key", ".Value", ".none"})
}

func (g *gen) variable(kind byte) string {
	for range 3 {
		v := g.vars[g.Intn(len(g.vars))]
		if v.kind == kind || kind == 'a' || g.in(40) {
			return v.name + g.fields(v.kind)
		}
	}
	return ""
}

// command makes up the words of a call.
func (g *gen) command(call string) string {
	words := strings.Fields(call)
	for i, w := range words[1:] {
		if len(w) == 1 && (w[0] < '0' || w[0] > '9') {
			words[i+1] = g.operand(w[0])
		}
	}
	return strings.Join(words, g.one([]string{" ", " ", " ", "  ", "\n"}))
}

// stage makes up a call whose last argument comes from a pipe, and is of that kind, as a
// rule; and tells the kind of its result.
func (g *gen) stage(of byte) (byte, string) {
	for {
		kind := kinds[g.Intn(len(kinds))]
		call := g.one(commands[kind])
		last := call[len(call)-1]
		if call[len(call)-2] == ' ' && (last == of || last == 'a' || g.in(100)) {
			return kind, g.command(call[:len(call)-2])
		}
	}
}

func (g *gen) pipeline(kind byte) string {
	var next string
	s := g.command(g.one(commands[kind]))
	if g.in(6) {
		s = g.operand(kind)
	}
	for g.in(5) {
		kind, next = g.stage(kind)
		s += g.one([]string{" | ", "|", " |"}) + next
	}
	return s
}

func (g *gen) anything() string { return g.pipeline(kinds[g.Intn(len(kinds))]) }

// action puts the delimiters around s.
func (g *gen) action(s string) string {
	left := g.one([]string{"{{", "{{", "{{", "{{ ", "{{- ", "{{-\n"})
	return left + s + g.one([]string{"}}", "}}", "}}", " }}", " -}}", "\n-}}"})
}

// scoped makes up a list whose variables nobody sees behind it.
func (g *gen) scoped() string {
	n := len(g.vars)
	s := g.list()
	g.vars = g.vars[:n]
	return s
}

func (g *gen) declare(kind byte) string {
	v := variable{g.one([]string{"$x", "$y", "$z", "$é"}), kind}
	g.vars = append(g.vars, v)
	return v.name
}

func (g *gen) branch(word string) string {
	n := len(g.vars)
	kind := kinds[g.Intn(len(kinds))]
	pipe := g.pipeline(kind)
	if g.in(3) {
		pipe = g.declare(kind) + " := " + pipe
	}
	s := g.action(word+" "+pipe) + g.scoped()
	if g.in(3) {
		s += g.action("else "+word+" "+g.anything()) + g.scoped()
	}
	if g.in(2) {
		s += g.action("else") + g.scoped()
	}
	g.vars = g.vars[:n]
	return s + g.action("end")
}

func (g *gen) loop() string {
	n := len(g.vars)
	kind := "lllmmna"[g.Intn(7)]
	pipe := g.operand(kind)
	if kind != 'n' && g.in(2) {
		pipe = g.pipeline(kind)
	}
	switch g.Intn(3) {
	case 0:
		pipe = g.declare('a') + " := " + pipe
	case 1:
		pipe = g.declare('a') + ", " + g.declare('a') + " := " + pipe
	}
	g.ranges++
	s := g.action("range "+pipe) + g.scoped()
	g.ranges--
	if g.in(3) {
		s += g.action("else") + g.scoped()
	}
	g.vars = g.vars[:n]
	return s + g.action("end")
}

// inner makes up the body of a template, which sees no variables but its own.
func (g *gen) inner() string {
	vars, ranges := g.vars, g.ranges
	g.vars, g.ranges = []variable{{"$", 'a'}}, 0
	s := g.list()
	g.vars, g.ranges = vars, ranges
	return s
}

func (g *gen) block() string {
	name := g.one([]string{`"b1"`, `"b2"`, "`b 3`"})
	return g.action("block "+name+" "+g.anything()) + g.inner() + g.action("end")
}

func (g *gen) call() string {
	if len(g.templates) == 0 || g.in(20) {
		return g.action(`template "none"`)
	}
	name := g.one(g.templates)
	if g.in(2) {
		return g.action("template " + name)
	}
	return g.action("template " + name + " " + g.anything())
}

func (g *gen) item() string {
	g.budget--
	if g.budget < 0 {
		return "."
	}
	switch g.Intn(18) {
	case 0, 1, 2, 3:
		return g.one([]string{"text", " ", "\n", " a\n\t", "é", "{", "}", "<%>", "\n\n"})
	case 4:
		return g.branch("if")
	case 5:
		return g.branch("with")
	case 6, 7:
		return g.loop()
	case 8:
		kind := kinds[g.Intn(len(kinds))]
		pipe := g.pipeline(kind)
		return g.action(g.declare(kind) + " := " + pipe)
	case 9:
		return g.action(g.vars[g.Intn(len(g.vars))].name + " = " + g.anything())
	case 10:
		return g.call()
	case 11:
		if g.ranges > 0 || g.in(10) {
			return g.action(g.one([]string{"break", "continue"}))
		}
		return g.one([]string{"{{/* note */}}", "{{- /* note */ -}}"})
	case 12:
		if g.in(4) {
			return g.block()
		}
	}
	return g.action(g.anything())
}

func (g *gen) list() string {
	var b strings.Builder
	for range g.Intn(5) {
		b.WriteString(g.item())
	}
	return b.String()
}

// program makes up a whole template, with definitions before it.
func (g *gen) program() string {
	var b strings.Builder
	g.vars = []variable{{"$", 'a'}}
	g.budget = 5 + g.Intn(30)
	for i := range g.Intn(3) {
		name := fmt.Sprintf("%q", string(rune('p'+i)))
		b.WriteString(g.action("define "+name) + g.inner() + g.action("end"))
		g.templates = append(g.templates, name)
	}
	b.WriteString(g.item() + g.list())
	if g.in(5) {
		return g.mutate(b.String())
	}
	return b.String()
}

// mutate puts something wrong into the text, or takes something out.
func (g *gen) mutate(text string) string {
	at := g.Intn(len(text))
	end := min(at+g.Intn(4), len(text))
	return text[:at] + g.one([]string{
		"", "", "(", ")", "{{", "}}", "|", ".", "$", `"`, "'", "`", " ", "-", "=", ":=", ",",
		"/*", "*/", "\\", "x", "_", "\n", "é", "\xff", "{{end}}", "{{else}}", "\u2028",
		"{{- ", " -}}", "nil", "true", "$x", ".a", "@", "+", "\t", "\r",
	}) + text[end:]
}

// store makes up keys and values.
func (g *gen) store() *memkv.Store {
	m := map[string]string{}
	for _, k := range []string{"/name", "/port", "/a/x", "/a/y", "/a/z/w", "/b/x", "/n", "/u",
		"/a-b/c", "/a/é"} {
		if !g.in(10) {
			m[k] = g.one([]string{"web", "8080", "", "10.0.0.1", "é", "a b", "<x>", "{}", "7"})
		}
	}
	return memkv.New(m)
}
