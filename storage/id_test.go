package storage

import "testing"

func TestIDText(t *testing.T) {
	id := ID{0: 0xaa, 1: 0xbb, 2: 0x01, 15: 0x0f}
	const text = "010000000000000000000000000faabb"
	if got := id.String(); got != text {
		t.Errorf("String gave %s, want %s", got, text)
	}
	var back ID
	if err := back.UnmarshalText([]byte(text)); err != nil || back != id {
		t.Errorf("UnmarshalText gave %v, %v", back, err)
	}
	for _, wrong := range []string{"", "01", text + "00", "x" + text[1:]} {
		if err := back.UnmarshalText([]byte(wrong)); err == nil {
			t.Errorf("%q was taken", wrong)
		}
	}
}
