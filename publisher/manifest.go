package publisher

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
)

// manifestName is the file in which Write keeps account of what it wrote.
const manifestName = ".sluice-manifest.json"

const manifestVersion = 1

// A manifest says which files of a folder are ours, by what they hold.
type manifest struct {
	Version int               `json:"version"`
	Files   map[string]record `json:"files"` // by slash-separated name

	// Archives tells, by topic, from what its archive was written last: see
	// build.stamp.
	Archives map[string]string `json:"archives,omitempty"`
}

// A record says what we put into a file. Size and Time are those of the file
// with the last of the sums, so that an untouched file need not be read again.
type record struct {
	Sums []string `json:"sha256"` // more than one while it is being replaced
	Size int64    `json:"size"`
	Time int64    `json:"time"` // modification time, nanoseconds since 1970
}

// holds reports whether we wrote content of that sum.
func (r record) holds(sum string) bool { return slices.Contains(r.Sums, sum) }

// untouched reports whether the file is as we left it, with that content.
func (r record) untouched(info fs.FileInfo, sum string) bool {
	return len(r.Sums) == 1 && r.Sums[0] == sum && r.Size == info.Size() && r.Time == info.ModTime().UnixNano()
}

// replacedBy returns the record for the time while the file is being
// replaced: a crash may leave either content.
func (r record) replacedBy(sum string) record {
	if !r.holds(sum) {
		r.Sums = append(slices.Clone(r.Sums), sum)
	}
	r.Size, r.Time = 0, 0
	return r
}

func readManifest(root *os.Root) (manifest, error) {
	m := manifest{Version: manifestVersion, Files: map[string]record{}}
	data, err := root.ReadFile(manifestName)
	if errors.Is(err, fs.ErrNotExist) {
		return m, nil
	}
	if err != nil {
		return m, err
	}
	const remedy = "delete it and the files that sluice wrote beside it, and publish again"
	if err := json.Unmarshal(data, &m); err != nil {
		return m, fmt.Errorf("%s is damaged (%w); %s", manifestName, err, remedy)
	}
	if m.Version != manifestVersion {
		return m, fmt.Errorf("%s has version %d, which this sluice does not read; %s", manifestName, m.Version, remedy)
	}
	if m.Files == nil {
		m.Files = map[string]record{}
	}
	return m, nil
}

func (m manifest) write(root *os.Root) error {
	data, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return err
	}
	_, err = writeFile(root, manifestName, append(data, '\n'))
	return err
}

// equal reports whether two manifests say the same.
func (m manifest) equal(other manifest) bool {
	if len(m.Files) != len(other.Files) || !maps.Equal(m.Archives, other.Archives) {
		return false
	}
	for name, r := range m.Files {
		o, ok := other.Files[name]
		if !ok || r.Size != o.Size || r.Time != o.Time || !slices.Equal(r.Sums, o.Sums) {
			return false
		}
	}
	return true
}

// parseSum returns the sum of a file that is not being replaced.
func parseSum(sums []string) (sum [32]byte, err error) {
	if len(sums) != 1 {
		return sum, errors.New("not one sum")
	}
	b, err := hex.DecodeString(sums[0])
	if err == nil && copy(sum[:], b) != len(sum) {
		err = errors.New("not a sum")
	}
	return sum, err
}

func hexSum(sum [32]byte) string { return hex.EncodeToString(sum[:]) }
