package bolt_test

import (
	"testing"
	"time"

	"sluice/storage"
	"sluice/storage/bolt"
	"sluice/storage/storagetest"
)

func open(t *testing.T, path string) storage.Store {
	t.Helper()
	s, err := bolt.Open(path, bolt.Options{Now: time.Unix(1_700_000_000, 0)})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestContract(t *testing.T) { storagetest.Run(t, open) }
