package storagetest

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

// maxDifferences is how many differences are worth reading.
const maxDifferences = 12

// same fails unless got and want are equal; an empty list equals none.
func same[T any](w *world, what string, got, want T) {
	w.Helper()
	if list := differences(got, want); len(list) > 0 {
		w.Errorf("%s:\n%s", what, strings.Join(list, "\n"))
	}
}

// differences names the places where two values differ. It takes an empty
// list or map for none, since the contract does not tell those apart.
func differences(got, want any) []string {
	var list []string
	differ("", reflect.ValueOf(got), reflect.ValueOf(want), &list)
	return list
}

func differ(at string, got, want reflect.Value, list *[]string) {
	if len(*list) >= maxDifferences {
		return
	}
	report := func(a, b any) { *list = append(*list, fmt.Sprintf("%s: got %s, want %s", at, show(a), show(b))) }
	switch got.Kind() {
	case reflect.Pointer:
		if got.IsNil() || want.IsNil() {
			if got.IsNil() != want.IsNil() {
				report(got, want)
			}
			return
		}
		differ(at, got.Elem(), want.Elem(), list)
	case reflect.Slice:
		if got.Len() != want.Len() {
			report(got, want)
			return
		}
		for i := range got.Len() {
			differ(fmt.Sprintf("%s[%d]", at, i), got.Index(i), want.Index(i), list)
		}
	case reflect.Map:
		for _, k := range got.MapKeys() {
			if b := want.MapIndex(k); b.IsValid() {
				differ(fmt.Sprintf("%s[%v]", at, k), got.MapIndex(k), b, list)
			} else {
				report(fmt.Sprint("key ", k), "none")
			}
		}
		for _, k := range want.MapKeys() {
			if !got.MapIndex(k).IsValid() {
				report("none", fmt.Sprint("key ", k))
			}
		}
	case reflect.Struct:
		if got.Type() == reflect.TypeFor[time.Time]() {
			break // compared whole: it must be UTC too
		}
		for i := range got.NumField() {
			differ(at+"."+got.Type().Field(i).Name, got.Field(i), want.Field(i), list)
		}
		return
	}
	if slices.Contains([]reflect.Kind{reflect.Pointer, reflect.Slice, reflect.Map}, got.Kind()) {
		return
	}
	if a, b := got.Interface(), want.Interface(); a != b {
		report(a, b)
	}
}

// show prints a value short enough to read.
func show(v any) string {
	text := fmt.Sprintf("%+v", v)
	if len(text) > 1000 {
		text = text[:1000] + "..."
	}
	return text
}
