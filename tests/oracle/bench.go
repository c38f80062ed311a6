// SPDX-License-Identifier: MIT

package main

import (
	"bytes"
	"fmt"
	"log"
	"math/rand"
	"slices"
	"strings"
	"text/template"
	"time"

	"oracle/memkv"
)

const (
	samples    = 11                    // of each side, by turns; the median counts
	sampleTime = 20 * time.Millisecond // at least
)

type line struct {
	name, text string
	store      *memkv.Store
}

const upstream = `upstream app {
{{range getvs "/test/*"}}	server {{.}};
{{end}}}
server {
	listen 80;
	location / { proxy_pass http://app; }
}
`

const services = `{{range $s := lsdir "/services"}}backend {{$s}}
{{range gets (printf "/services/%s/*" $s)}}	server {{base .Key}} {{.Value}} check
{{end}}{{end}}`

const printing = `{{range $i := seq 1 10000}}` +
	`{{printf "%5d %05x %-12s|%8.3f|%q %v\n" $i $i "name" 3.14159 "a \"b\"" true}}{{end}}`

const decoding = `{{range getvs "/json/*"}}{{$j := json .}}{{$j.host}}:{{$j.port}} ` +
	`{{range $j.tags}}{{.}},{{end}}{{with $j.limits}}{{.cpu}} {{.memory}}{{end}}
{{end}}`

func addresses(n int) *memkv.Store {
	r, m := rand.New(rand.NewSource(1)), map[string]string{}
	for i := range n {
		m[fmt.Sprintf("/test/apache.%d", i)] = fmt.Sprintf("10.%d.%d.%d:8080",
			r.Intn(256), r.Intn(256), r.Intn(256))
	}
	return memkv.New(m)
}

func backends(n int) *memkv.Store {
	m := map[string]string{}
	for i := range n {
		for j := range 10 {
			m[fmt.Sprintf("/services/svc-%d/node-%d", i, j)] =
				fmt.Sprintf("10.1.%d.%d:80", i%256, j)
		}
	}
	return memkv.New(m)
}

func documents(n int) *memkv.Store {
	m := map[string]string{}
	for i := range n {
		m[fmt.Sprintf("/json/%d", i)] = fmt.Sprintf(`{"host": "node-%d.example", `+
			`"port": %d, "tags": ["web", "blue", "eu-1"], "weight": 0.5, `+
			`"limits": {"cpu": 1.5, "memory": "512M"}, "note": "a \"quoted\" word"}`,
			i, 8000+i)
	}
	return memkv.New(m)
}

func static() string {
	var b strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&b, "\tproxy_set_header X-Header-%d $value_of_it;\n", i)
		if i%200 == 0 {
			b.WriteString("\tserver_name {{getv \"/name\"}};\n")
		}
	}
	return b.String()
}

func lines() []line {
	name := memkv.New(map[string]string{"/name": "www.example"})
	l := []line{
		{"nginx, 10 keys", upstream, addresses(10)},
		{"nginx, 1,000 keys", upstream, addresses(1000)},
		{"nginx, 100,000 keys", upstream, addresses(100000)},
		{"static, 2,000 lines", static(), name},
		{"printf, 10,000", printing, name},
		{"json, 1,000 documents", decoding, documents(1000)},
	}
	for _, n := range []int{10, 100, 1000, 10000} {
		l = append(l, line{fmt.Sprintf("%d services of 10", n), services, backends(n)})
	}
	return l
}

// goRun is what peer.run is, with Go's own engine.
func goRun(t *template.Template, runs int) (time.Duration, string) {
	var out bytes.Buffer
	start := time.Now()
	for range runs {
		out = bytes.Buffer{}
		if err := t.Execute(&out, nil); err != nil {
			log.Fatal(err)
		}
	}
	return time.Since(start), out.String()
}

// measure returns the median times of one rendering, Go's and ours.
func measure(p *peer, l line) (time.Duration, time.Duration) {
	t := template.Must(template.New("t").Funcs(functions(l.store)).Parse(l.text))
	goOne, goOut := goRun(t, 1)
	ourOne, ourOut := p.run(1, l.store, l.text)
	if goOut != ourOut {
		log.Fatalf("%s: the outputs differ", l.name)
	}
	goRuns, ourRuns := int(sampleTime/goOne)+1, int(sampleTime/ourOne)+1
	var theirs, ours []time.Duration
	for range samples {
		took, _ := goRun(t, goRuns)
		theirs = append(theirs, took/time.Duration(goRuns))
		took, _ = p.run(ourRuns, l.store, l.text)
		ours = append(ours, took/time.Duration(ourRuns))
	}
	slices.Sort(theirs)
	slices.Sort(ours)
	return theirs[samples/2], ours[samples/2]
}

func bench(p *peer) {
	fmt.Printf("%-24s %12s %12s %7s\n", "template", "Go, µs", "ours, µs", "ratio")
	for _, l := range lines() {
		theirs, ours := measure(p, l)
		fmt.Printf("%-24s %12.1f %12.1f %7.1f\n", l.name,
			float64(theirs)/1e3, float64(ours)/1e3, float64(theirs)/float64(ours))
	}
}
