// SPDX-License-Identifier: MIT

package main

import (
	"fmt"
	"log"
	"math/rand"
	"os"
	"regexp"
	"strings"
	"time"

	"oracle/memkv"
)

const (
	patience = 10 * time.Second // with a program that Go does not come to an end of
	full     = 400              // bytes: our messages may end behind them
)

// refused is what we take for wrong on purpose, and Go may not.
var refused = regexp.MustCompile(`complex numbers are not supported|found broken UTF-8`)

// same compares what both made of a program. Our messages may be shorter where they say
// what was executed: there "..." stands for the rest. What is wrong with JSON is said in
// words of our own.
func same(theirs, ours string) bool {
	cut := len(ours) > full && strings.HasPrefix(theirs, ours)
	if theirs == ours || cut && strings.HasPrefix(ours, "error: ") || refused.MatchString(ours) {
		return true
	}
	if !strings.HasPrefix(ours, "error: ") {
		return false
	}
	head, _, found := strings.Cut(theirs, ": error calling json")
	if found {
		return strings.HasPrefix(ours, head+": error calling json")
	}
	head, tail, short := strings.Cut(ours, "...>")
	return short && strings.HasPrefix(theirs, head) && strings.HasSuffix(theirs, tail)
}

// report prints a difference as a case for tests/tmpl.
func report(seed int64, s *memkv.Store, text, theirs, ours string) {
	fmt.Printf("\n=== seed %d\n", seed)
	for _, p := range s.Pairs {
		fmt.Println(p.Key, escape(p.Value))
	}
	fmt.Printf("---\n%s\n---\n%s\n*** ours:\n%s\n", escape(text), escape(theirs), escape(ours))
}

// fuzz compares n programs, each of its own seed.
func fuzz(p *peer, first int64, n int) {
	start, differ, failed := time.Now(), 0, 0
	for seed := first; seed < first+int64(n); seed++ {
		g := gen{Rand: rand.New(rand.NewSource(seed))}
		s, text := g.store(), g.program()
		late := time.AfterFunc(patience, func() { log.Fatalf("Go hangs:\n%s", text) })
		theirs := render(text, s)
		late.Stop()
		_, ours := p.run(1, s, text)
		if strings.HasPrefix(theirs, "error: ") {
			failed++
		}
		if !same(theirs, ours) {
			report(seed, s, text, theirs, ours)
			differ++
		}
	}
	fmt.Printf("%d programs, %d of them with an error, %d differences, %.0f a second\n",
		n, failed, differ, float64(n)/time.Since(start).Seconds())
	if differ > 0 {
		os.Exit(1)
	}
}
