package publisher

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// temporary begins the names of files that are being written. A crash may
// leave some; the next Write removes them.
const temporary = ".sluice-tmp-"

// writeFile puts data into a file by renaming: whoever opens the name finds
// the old content or the new, whole, also after a power cut.
func writeFile(root *os.Root, name string, data []byte) (fs.FileInfo, error) {
	dir, base := path.Split(name)
	temp := dir + temporary + base
	info, err := writeNew(root, temp, data)
	if err == nil {
		err = root.Rename(temp, name)
	}
	if err != nil {
		_ = root.Remove(temp) // the first error tells more
		return nil, err
	}
	return info, nil
}

func writeNew(root *os.Root, name string, data []byte) (fs.FileInfo, error) {
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return nil, err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	info, statErr := f.Stat()
	return info, errors.Join(err, statErr, f.Close())
}

// fileSum returns the sum of a file's content.
func fileSum(root *os.Root, name string) (string, error) {
	f, err := root.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hexSum([sha256.Size]byte(h.Sum(nil))), nil
}

// syncDir brings a folder's renames to the disk.
func syncDir(root *os.Root, name string) error {
	d, err := root.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // removed as empty
	}
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// removeTemporary removes what a crash left in a folder.
func removeTemporary(root *os.Root, dir string) error {
	d, err := root.Open(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	names, err := d.Readdirnames(-1)
	if err = errors.Join(err, d.Close()); err != nil {
		return err
	}
	for _, name := range names {
		if strings.HasPrefix(name, temporary) {
			if err := root.Remove(path.Join(dir, name)); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkName refuses names that are none of ours. Topic names are checked by
// the config; a manifest may have been edited by anyone.
func checkName(name string) error {
	if !fs.ValidPath(name) || !filepath.IsLocal(name) || strings.Contains("/"+name, "/.") {
		return fmt.Errorf("%q is no name for a published file", name)
	}
	return nil
}
