// SPDX-License-Identifier: MIT

package main

import (
	"bufio"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"strings"
	"time"

	"oracle/memkv"
)

// peer is uconfd's engine in a process of its own, tests/tool/tmpl-run.c.
type peer struct {
	in  *bufio.Writer
	out *bufio.Reader
}

func startPeer(name string) *peer {
	c := exec.Command(name)
	in, err := c.StdinPipe()
	if err != nil {
		log.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		log.Fatal(err)
	}
	c.Stderr = os.Stderr
	if err := c.Start(); err != nil {
		log.Fatal(err)
	}
	return &peer{bufio.NewWriter(in), bufio.NewReader(out)}
}

// run has text rendered so many times, and returns how long all of them took and what
// the last one wrote.
func (p *peer) run(runs int, s *memkv.Store, text string) (time.Duration, string) {
	var keys strings.Builder
	for _, pair := range s.Pairs {
		keys.WriteString(pair.Key + "\x00" + pair.Value + "\x00")
	}
	fmt.Fprintf(p.in, "%d %d %d\n%s%s", runs, keys.Len(), len(text), keys.String(), text)
	p.in.Flush()
	var took time.Duration
	var size int
	if _, err := fmt.Fscanf(p.out, "%d %d\n", &took, &size); err != nil {
		log.Fatalf("the peer died of %q: %v", text, err)
	}
	out := make([]byte, size)
	if _, err := io.ReadFull(p.out, out); err != nil {
		log.Fatalf("the peer died of %q: %v", text, err)
	}
	return took, string(out)
}
