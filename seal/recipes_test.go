package seal_test

import (
	"bytes"
	"crypto/sha256"
	"slices"
	"strings"
)

// recipes says how each vector was made, by the reference implementation.
func recipes() map[string]vector {
	all := map[string]vector{}
	for name, v := range accepted() {
		all["v1-"+name+".json"] = v
	}
	for name, v := range refused() {
		all["v1-refused-"+name+".json"] = v
	}
	return all
}

// fixed returns n bytes that look random and are always the same.
func fixed(label string, n int) []byte {
	sum := sha256.Sum256([]byte("sealpost vector " + label))
	return sum[:n]
}

// recipe starts from an ordinary message; change varies it.
func recipe(name, comment string, change func(*vector)) vector {
	v := vector{
		Comment: comment, Expect: expectOK,
		Key: fixed(name+" key", 32), Nonce: fixed(name+" nonce", 12),
		Context: vectorContext(someContext), Filename: "note.txt", ContentType: "text/plain; charset=utf-8",
		Body: []byte("Meet me at the post office."),
	}
	change(&v)
	return v
}

func accepted() map[string]vector {
	all := map[string]vector{}
	add := func(name, comment string, change func(*vector)) {
		v := recipe(name, comment, change)
		v.Sealed = referenceSeal(v.Key, v.Nonce, v.context(), v.header(), v.Body, forgery{})
		all[name] = v
	}
	add("text", "An ordinary message.", func(*vector) {})
	add("empty-body", "A body may be empty.", func(v *vector) { v.Body = nil })
	add("empty-filename", "A filename may be missing.", func(v *vector) { v.Filename = "" })
	add("empty-content-type", "A content type may be missing.", func(v *vector) { v.ContentType = "" })
	add("empty", "Nothing but two zero lengths is encrypted.", func(v *vector) { v.Filename, v.ContentType, v.Body = "", "", nil })
	add("longest-header", "255 bytes each.", func(v *vector) {
		v.Filename, v.ContentType = strings.Repeat("f", 255), strings.Repeat("t", 255)
	})
	add("longest-ids", "256 bytes each, so that the length needs its upper byte.", func(v *vector) {
		v.Context = vectorContext{strings.Repeat("m", 256), strings.Repeat("s", 256), strings.Repeat("r", 256)}
	})
	add("shortest-ids", "One byte each.", func(v *vector) { v.Context = vectorContext{"m", "s", "r"} })
	add("utf8", "Lengths count bytes, not characters.", func(v *vector) {
		v.Filename, v.Context.SenderID = "Grüße 報告 ✓.txt", "отправитель"
	})
	add("path", "A filename is kept as it is, even one that is a path. Whoever saves the file takes care.", func(v *vector) {
		v.Filename = `../../C:\autoexec.bat`
	})
	add("binary", "A body is bytes, all 256 of them.", func(v *vector) {
		v.Body = make([]byte, 256)
		for i := range v.Body {
			v.Body[i] = byte(i)
		}
	})
	add("body-like-header", "A body that goes on like the header does is body from its first byte.", func(v *vector) {
		v.Filename, v.ContentType, v.Body = "a", "", []byte("\x01b\x01c")
	})
	add("ids-ab-c", "The ids of v1-refused-ids-a-bc.", func(v *vector) { v.Context.MessageID, v.Context.SenderID = "ab", "c" })
	return all
}

func refused() map[string]vector {
	all := map[string]vector{}
	for _, group := range []func(adder){tampered, otherContext, forged, badHeaders} {
		group(func(name, comment string, f forgery, change func(*vector)) {
			v := recipe("refused-"+name, comment, func(v *vector) { v.Expect = expectRefused })
			v.Sealed = referenceSeal(v.Key, v.Nonce, v.context(), v.header(), v.Body, f)
			change(&v)
			v.Nonce, v.Filename, v.ContentType, v.Body = nil, "", "", nil
			all[name] = v
		})
	}
	return all
}

type adder func(name, comment string, f forgery, change func(*vector))

func tampered(add adder) {
	cut := func(n int) func(*vector) { return func(v *vector) { v.Sealed = v.Sealed[:len(v.Sealed)-n] } }
	keep := func(n int) func(*vector) { return func(v *vector) { v.Sealed = v.Sealed[:n] } }
	flip := func(at int) func(*vector) { return func(v *vector) { v.Sealed[at] ^= 0x80 } }
	version := func(n byte) func(*vector) {
		return func(v *vector) { v.Sealed[0], v.Expect = n, expectVersion }
	}
	add("nothing", "No bytes at all.", forgery{}, keep(0))
	add("truncated-to-version", "The version alone.", forgery{}, keep(1))
	add("truncated-nonce", "One byte of the nonce is missing.", forgery{}, keep(12))
	add("truncated-to-prefix", "Version and nonce alone.", forgery{}, keep(13))
	add("truncated-to-tag", "No more than a tag behind the prefix.", forgery{}, keep(29))
	add("truncated-by-1", "The last byte is missing.", forgery{}, cut(1))
	add("truncated-by-16", "As many bytes are missing as a tag has.", forgery{}, cut(16))
	add("extended", "A zero byte behind the tag.", forgery{}, func(v *vector) { v.Sealed = append(v.Sealed, 0) })
	add("prepended", "A version byte too many.", forgery{}, func(v *vector) { v.Sealed = slices.Insert(v.Sealed, 0, 1) })
	add("doubled", "The sealed message twice.", forgery{}, func(v *vector) { v.Sealed = bytes.Repeat(v.Sealed, 2) })
	add("flipped-nonce", "One bit of the nonce.", forgery{}, flip(1))
	add("flipped-header", "One bit of the filename's length.", forgery{}, flip(13))
	add("flipped-body", "One bit of the body.", forgery{}, flip(13+40))
	add("flipped-tag", "One bit of the tag.", forgery{}, func(v *vector) { v.Sealed[len(v.Sealed)-1] ^= 1 })
	add("version-0", "There is no version 0.", forgery{}, version(0))
	add("version-2", "There is no version 2 yet. When there is, this is not one.", forgery{}, version(2))
	add("key", "Another key.", forgery{}, func(v *vector) { v.Key[31] ^= 1 })
}

func otherContext(add adder) {
	add("message", "Opened as another message.", forgery{}, func(v *vector) { v.Context.MessageID += "X" })
	add("sender", "Opened as another sender's.", forgery{}, func(v *vector) { v.Context.SenderID = "mallory" })
	add("recipient", "Opened as another recipient's.", forgery{}, func(v *vector) { v.Context.RecipientID = "mallory" })
	add("swapped", "Sender and recipient swapped.", forgery{}, func(v *vector) {
		v.Context.SenderID, v.Context.RecipientID = v.Context.RecipientID, v.Context.SenderID
	})
	abc := someContext
	abc.MessageID, abc.SenderID = "ab", "c"
	add("ids-a-bc", `Sealed for the ids "ab" and "c", opened for "a" and "bc".`, forgery{ad: referenceAD(abc)}, func(v *vector) {
		v.Context.MessageID, v.Context.SenderID = "a", "bc"
	})
}

func forged(add adder) {
	none := func(*vector) {}
	ids := someContext.MessageID + someContext.SenderID + someContext.RecipientID
	ad := referenceAD(someContext)
	add("ad-without-lengths", "The associated data is the version and the ids run together.", forgery{ad: []byte("\x01" + ids)}, none)
	add("ad-without-version", "The associated data lacks the version.", forgery{ad: ad[1:]}, none)
	add("ad-version-2", "The associated data is another version's.", forgery{ad: append([]byte{2}, ad[1:]...)}, none)
	add("ad-empty", "The associated data is empty.", forgery{ad: []byte{}}, none)
}

// badHeaders are sealed with the right key for the right context, by an
// implementation that breaks the rules of the header.
func badHeaders(add adder) {
	for _, bad := range []struct{ name, comment, inner string }{
		{"inner-empty", "Nothing is encrypted: no header.", ""},
		{"inner-one-length", "The header ends behind the filename.", "\x01a"},
		{"filename-past-end", "The filename is longer than all there is.", "\x03ab"},
		{"content-type-past-end", "The content type is longer than all there is.", "\x01a\x02b"},
		{"filename-lf", "A line feed in the filename.", "\x03a\nb\x00body"},
		{"filename-nul", "A NUL in the filename.", "\x05a\x00.sh\x00body"},
		{"filename-del", "U+007F in the filename.", "\x01\x7f\x00body"},
		{"filename-c1", "U+0085 (next line) in the filename.", "\x02\u0085\x00body"},
		{"filename-not-utf8", "Half a character in the filename.", "\x01\xc3\x00body"},
		{"filename-surrogate", "A surrogate in the filename, which UTF-8 does not have.", "\x03\xed\xa0\x80\x00body"},
		{"filename-overlong", "A slash in the filename in an overlong encoding.", "\x02\xc0\xaf\x00body"},
		{"content-type-crlf", "A header injected behind the content type.", "\x00\x11text/html\r\nX-A: bbody"},
		{"content-type-not-utf8", "The content type is not UTF-8.", "\x00\x01\xffbody"},
	} {
		add(bad.name, bad.comment, forgery{inner: []byte(bad.inner)}, func(*vector) {})
	}
}
