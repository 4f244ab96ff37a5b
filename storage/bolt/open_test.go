package bolt_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"sluice/storage"
	"sluice/storage/bolt"
)

var startedAt = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func TestOpenOwned(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sluice.db")
	s, err := bolt.Open(path, bolt.Options{Now: startedAt, Control: "/run/sluice.sock"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = bolt.Open(path, bolt.Options{Now: startedAt})
	var owned *storage.OwnedError
	if !errors.As(err, &owned) {
		t.Fatalf("a second owner got %v", err)
	}
	if owned.PID != os.Getpid() || owned.Since != "2026-01-02T03:04:05Z" || owned.Control != "/run/sluice.sock" || owned.Path != path {
		t.Errorf("the owner is told as %+v", owned)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = bolt.Open(path, bolt.Options{Now: startedAt}); err != nil {
		t.Fatalf("after the owner left: %v", err)
	}
	s.Close()
}

// TestOpenRefuses opens what is no whole store of this version: it must say
// so and leave every byte as it is.
func TestOpenRefuses(t *testing.T) {
	whole := storeBytes(t)
	cut := whole[:3*16<<10]
	headless := bytes.Clone(whole)
	for i := range 32 << 10 {
		headless[i] ^= 0x55
	}
	blind := bytes.Clone(whole) // magic and size are right, both checksums wrong
	blind[16+56] ^= 0xff
	blind[16<<10+16+56] ^= 0xff
	tests := []struct {
		name string
		data []byte
		want error
	}{
		{"empty", nil, storage.ErrDamaged},
		{"text", []byte("site: {title: x}\n"), storage.ErrForeign},
		{"short", whole[:20], storage.ErrForeign},
		{"sqlite", append([]byte("SQLite format 3\x00"), make([]byte, 8192)...), storage.ErrForeign},
		{"cut", cut, storage.ErrDamaged},
		{"head overwritten", headless, storage.ErrForeign},
		{"checksums wrong", blind, storage.ErrDamaged},
		{"another program's", foreignBolt(t, nil), storage.ErrForeign},
		{"newer schema", foreignBolt(t, []byte{0, 0, 0, 99}), storage.ErrForeign},
		{"bucket missing", foreignBolt(t, []byte{0, 0, 0, 1}), storage.ErrDamaged},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "sluice.db")
			if err := os.WriteFile(path, tt.data, 0o600); err != nil {
				t.Fatal(err)
			}
			s, err := bolt.Open(path, bolt.Options{Now: startedAt})
			if err == nil {
				s.Close()
			}
			if !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
			if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, tt.data) {
				t.Errorf("the file was changed (%v)", err)
			}
		})
	}
}

// storeBytes is a whole store with something in it.
func storeBytes(t *testing.T) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "whole.db")
	s, err := bolt.Open(path, bolt.Options{Now: startedAt})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Enrol(context.Background(), storage.Enrolment{Feeds: []storage.FeedSpec{{Name: "a", URL: "https://a.example/"}}}, startedAt)
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// foreignBolt is a bbolt file with nothing but, where schema is set, a schema
// version.
func foreignBolt(t *testing.T, schema []byte) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "foreign.db")
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		b, err := tx.CreateBucket([]byte("meta"))
		if err != nil || schema == nil {
			return err
		}
		return b.Put([]byte("schema"), schema)
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestOpenAfterCrashWhileMaking finds the half-made file of a crash aside.
func TestOpenAfterCrashWhileMaking(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sluice.db")
	if err := os.WriteFile(path+".new", []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := bolt.Open(path, bolt.Options{Now: startedAt})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := os.Stat(path + ".new"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the half-made file is still there: %v", err)
	}
}

// TestDamageIsAnError overwrites data pages: reading must end in an error or
// in findings, never in a panic.
func TestDamageIsAnError(t *testing.T) {
	data := storeBytes(t)
	for page := 2; (page+1)*(16<<10) <= len(data); page++ {
		if len(bytes.Trim(data[page*16<<10:(page+1)*16<<10], "\x00")) == 0 {
			continue // never used
		}
		broken := bytes.Clone(data)
		for i := page * 16 << 10; i < (page+1)*16<<10; i++ {
			broken[i] ^= 0xa5
		}
		path := filepath.Join(t.TempDir(), "sluice.db")
		if err := os.WriteFile(path, broken, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := bolt.Open(path, bolt.Options{Now: startedAt})
		if err != nil {
			if !errors.Is(err, storage.ErrDamaged) && !errors.Is(err, storage.ErrForeign) {
				t.Errorf("page %d: opening gave %v", page, err)
			}
			if strings.Contains(err.Error(), "runtime error") {
				t.Errorf("page %d: opening gave no sentence: %v", page, err)
			}
			if left, rerr := os.ReadFile(path); rerr != nil || !bytes.Equal(left, broken) {
				t.Errorf("page %d: a file that can't be opened was changed (%v)", page, rerr)
			}
			continue
		}
		_, ferr := s.Feeds(context.Background())
		faults, verr := s.Verify(context.Background())
		if ferr != nil && !errors.Is(ferr, storage.ErrDamaged) {
			t.Errorf("page %d: reading gave %v", page, ferr)
		}
		if ferr != nil && verr == nil && len(faults) == 0 {
			t.Errorf("page %d: Feeds says %v and Verify finds nothing", page, ferr)
		}
		s.Close()
	}
}

func TestOpenAddsBucketsThatEarlierVersionsDidNotUse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sluice.db")
	reopen := func() {
		t.Helper()
		s, err := bolt.Open(path, bolt.Options{Now: startedAt})
		if err != nil {
			t.Fatal(err)
		}
		wrong, err := s.Verify(t.Context())
		if err := errors.Join(err, s.Close()); err != nil || len(wrong) > 0 {
			t.Fatalf("Verify: %q, %v", wrong, err)
		}
	}
	reopen()
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		return errors.Join(tx.DeleteBucket([]byte("pages")), tx.DeleteBucket([]byte("extracted")))
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	reopen()
}
