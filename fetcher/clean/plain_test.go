package clean

import (
	"testing"

	"pgregory.net/rapid"
)

// TestPlainAddressesStay holds that what isPlain lets through is what taking
// the address apart would give.
func TestPlainAddressesStay(t *testing.T) {
	address := rapid.StringMatching(`https?://[a-z0-9.-]{0,12}(/[A-Za-z0-9/_.~?#%@:&=-]{0,20})?`)
	plain := 0
	rapid.Check(t, func(t *rapid.T) {
		ref := address.Draw(t, "address")
		if !isPlain(ref) {
			return
		}
		plain++
		if got := resolveAny(ref, "https://base.example/", false); got != ref {
			t.Errorf("%s would become %q", ref, got)
		}
	})
	if plain == 0 {
		t.Error("no address was plain")
	}
}
