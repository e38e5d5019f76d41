// Command confusables writes internal/username/confusables.txt: Unicode's confusable
// mapping (UTS 39, section 4), read from a release of ICU4J on Maven Central.
//
//	go run ./internal/tools/confusables icu4j-79.1.jar > internal/username/confusables.txt
package main

import (
	"archive/zip"
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"unicode/utf16"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: confusables ICU4J.jar")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "confusables:", err)
		os.Exit(1)
	}
}

func run(jar string, out io.Writer) error {
	data, err := member(jar, "com/ibm/icu/impl/data/icudata/confusables.cfu")
	if err != nil {
		return fmt.Errorf("reading the jar: %w", err)
	}
	mapping, err := parse(data)
	if err != nil {
		return err
	}
	return write(out, filepath.Base(jar), mapping)
}

func member(jar, name string) ([]byte, error) {
	r, err := zip.OpenReader(jar)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	f, err := r.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}

var errFormat = errors.New("confusables.cfu is not in format 2")

// parse reads the data of ICU's SpoofChecker (icu4c/source/i18n/uspoof_impl.h,
// SpoofDataHeader): a header with its own size, then keys, values and strings. A key is
// a code point, with the length of its prototype in the upper bits. A value of length 1
// is the prototype; any other value is an index into the strings.
func parse(data []byte) (map[rune]string, error) {
	order := binary.BigEndian
	if len(data) < 4 || len(data) < int(order.Uint16(data))+64 {
		return nil, errFormat
	}
	data = data[order.Uint16(data):]
	field := func(i int) int { return int(order.Uint32(data[4*i:])) }
	keys, values, strings, count := field(3), field(5), field(7), field(4)
	if field(0) != 0x3845fdef || data[4] != 2 || field(6) != count || len(data) < strings+2*field(8) {
		return nil, errFormat
	}
	mapping := make(map[rune]string, count)
	for i := range count {
		key := order.Uint32(data[keys+4*i:])
		at, n := values+2*i, int(key>>24)+1
		if n > 1 {
			at = strings + 2*int(order.Uint16(data[at:]))
		}
		units := make([]uint16, n)
		for j := range units {
			units[j] = order.Uint16(data[at+2*j:])
		}
		mapping[rune(key&0xffffff)] = string(utf16.Decode(units)) //nolint:gosec // 24 bits
	}
	return mapping, nil
}

// write writes a line for each prototype: its code points, a colon, and the code points
// that look like it.
func write(out io.Writer, source string, mapping map[rune]string) error {
	like := map[string][]rune{}
	for r, prototype := range mapping {
		like[prototype] = append(like[prototype], r)
	}
	prototypes := make([]string, 0, len(like))
	for p := range like {
		prototypes = append(prototypes, p)
	}
	slices.Sort(prototypes)
	w := bufio.NewWriter(out)
	fmt.Fprintf(w, "# UTS 39 confusables from %s, by internal/tools/confusables. See LICENSE-UNICODE.\n", source)
	for _, p := range prototypes {
		slices.Sort(like[p])
		fmt.Fprintf(w, "%s:%s\n", hex([]rune(p))[1:], hex(like[p]))
	}
	return w.Flush()
}

func hex(runes []rune) (s string) {
	for _, r := range runes {
		s += fmt.Sprintf(" %04X", r)
	}
	return s
}
