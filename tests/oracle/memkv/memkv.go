// SPDX-License-Identifier: MIT

// Package memkv is the store that templates see, under the name that confd's users know
// from messages: memkv.KVPair. Unlike confd's it is sorted, and looks only at the keys
// that begin as a pattern does: to be compared with it in speed is no free win.
package memkv

import (
	"errors"
	"path"
	"slices"
	"sort"
	"strings"
)

type KVPair struct {
	Key   string
	Value string
}

type KVPairs []KVPair

type Store struct {
	Pairs  KVPairs // sorted by key
	values map[string]string
}

func New(values map[string]string) *Store {
	s := &Store{values: values}
	for k, v := range values {
		s.Pairs = append(s.Pairs, KVPair{k, v})
	}
	sort.Slice(s.Pairs, func(i, j int) bool { return s.Pairs[i].Key < s.Pairs[j].Key })
	return s
}

// from returns the pairs whose key begins with prefix.
func (s *Store) from(prefix string) KVPairs {
	i := sort.Search(len(s.Pairs), func(i int) bool { return s.Pairs[i].Key >= prefix })
	j := i
	for j < len(s.Pairs) && strings.HasPrefix(s.Pairs[j].Key, prefix) {
		j++
	}
	return s.Pairs[i:j]
}

func (s *Store) Exists(key string) bool {
	_, ok := s.values[key]
	return ok
}

func (s *Store) Get(key string) (KVPair, error) {
	v, ok := s.values[key]
	if !ok {
		return KVPair{}, errors.New("key does not exist: " + key)
	}
	return KVPair{key, v}, nil
}

func (s *Store) Getv(key string, v ...string) (string, error) {
	p, err := s.Get(key)
	if err != nil && len(v) > 0 {
		return v[0], nil
	}
	return p.Value, err
}

// Gets finds a bad pattern even in an empty store, where confd would not look at it.
func (s *Store) Gets(pattern string) (KVPairs, error) {
	pairs := KVPairs{}
	if _, err := path.Match(pattern, ""); err != nil {
		return nil, err
	}
	prefix := pattern
	if i := strings.IndexAny(pattern, `*?[\`); i >= 0 {
		prefix = pattern[:i]
	}
	for _, p := range s.from(prefix) {
		if ok, _ := path.Match(pattern, p.Key); ok {
			pairs = append(pairs, p)
		}
	}
	return slices.Clip(pairs), nil
}

func (s *Store) Getvs(pattern string) ([]string, error) {
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
func (s *Store) below(dir string, yield func(string)) {
	prefix := path.Clean(dir)
	if prefix != "/" {
		prefix += "/"
	}
	for _, p := range s.from(prefix) {
		if p.Key != prefix {
			yield(p.Key[len(prefix):])
		}
	}
}

func sorted(names []string) []string {
	sort.Strings(names)
	return slices.Clip(slices.Compact(names))
}

func (s *Store) Ls(dir string) []string {
	names := []string{}
	if s.Exists(dir) {
		names = append(names, path.Base(dir))
	}
	s.below(dir, func(rest string) {
		name, _, _ := strings.Cut(rest, "/")
		names = append(names, name)
	})
	return sorted(names)
}

func (s *Store) Lsdir(dir string) []string {
	names := []string{}
	s.below(dir, func(rest string) {
		if name, _, ok := strings.Cut(rest, "/"); ok {
			names = append(names, name)
		}
	})
	return sorted(names)
}
