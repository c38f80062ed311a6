// SPDX-License-Identifier: MIT

// Package memkv is the store that templates see, under the name that confd's users know
// from messages: memkv.KVPair.
package memkv

import (
	"errors"
	"path"
	"sort"
	"strings"
)

type KVPair struct {
	Key   string
	Value string
}

type KVPairs []KVPair

type Store map[string]string

func (s Store) keys() []string {
	keys := make([]string, 0, len(s))
	for k := range s {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

func (s Store) Exists(key string) bool {
	_, ok := s[key]
	return ok
}

func (s Store) Get(key string) (KVPair, error) {
	v, ok := s[key]
	if !ok {
		return KVPair{}, errors.New("key does not exist: " + key)
	}
	return KVPair{key, v}, nil
}

func (s Store) Getv(key string, v ...string) (string, error) {
	p, err := s.Get(key)
	if err != nil && len(v) > 0 {
		return v[0], nil
	}
	return p.Value, err
}

// Gets finds a bad pattern even in an empty store, where confd would not look at it.
func (s Store) Gets(pattern string) (KVPairs, error) {
	pairs := KVPairs{}
	if _, err := path.Match(pattern, ""); err != nil {
		return nil, err
	}
	for _, k := range s.keys() {
		if ok, _ := path.Match(pattern, k); ok {
			pairs = append(pairs, KVPair{k, s[k]})
		}
	}
	return pairs, nil
}

func (s Store) Getvs(pattern string) ([]string, error) {
	pairs, err := s.Gets(pattern)
	vs := make([]string, 0, len(pairs))
	for _, p := range pairs {
		vs = append(vs, p.Value)
	}
	sort.Strings(vs)
	return vs, err
}

// below yields what follows "dir/" in each key; at the root too, where confd sees no
// directories.
func (s Store) below(dir string, yield func(string)) {
	prefix := path.Clean(dir)
	if prefix != "/" {
		prefix += "/"
	}
	for _, k := range s.keys() {
		if rest, ok := strings.CutPrefix(k, prefix); ok && rest != "" {
			yield(rest)
		}
	}
}

func sorted(set map[string]bool) []string {
	names := make([]string, 0, len(set))
	for n := range set {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}

func (s Store) Ls(dir string) []string {
	set := map[string]bool{}
	if s.Exists(dir) {
		set[path.Base(dir)] = true
	}
	s.below(dir, func(rest string) {
		name, _, _ := strings.Cut(rest, "/")
		set[name] = true
	})
	return sorted(set)
}

func (s Store) Lsdir(dir string) []string {
	set := map[string]bool{}
	s.below(dir, func(rest string) {
		if name, _, ok := strings.Cut(rest, "/"); ok {
			set[name] = true
		}
	})
	return sorted(set)
}
