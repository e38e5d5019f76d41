package username_test

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"github.com/sealpost/sealpost/internal/username"
)

// honest are names as people have them, in the form that clients send (NFKC).
var honest = []string{
	"alice", "Alice", "BOB", "alice.smith", "o'brien", "anna-maria_7", "a@example.org", "alice+work", "x", "42", "user100", "illinois",
	"José", "Ångström", "Łukasz", "Þórður", "Nguyễn", "İpek", "ışık", "straße", "Œuvre", "l·l", "Đorđe", "ʻOkina",
	"Иван", "Ёлка", "Київ", "Ђорђе", "Ελένη", "ΣΩΚΡΆΤΗΣ", "Հայկ", "գևորգ", "გიორგი", "ᏣᎳᎩ",
	"山田太郎", "やまだ", "ヤマダ", "サッカー", "佐々木さん", "中村ジョン", "Tシャツ太郎", "王小明", "李Li", "ㄅㄆㄇ", "김철수", "김Kim", "金철수",
	"محمد", "فاطمة", "علیرضا", "محمد٧", "יוסף", "ܝܘܣܦ", "ދިވެހި",
	"सुरेश", "क्षमा", "আনন্দ", "ਗੁਰਪ੍ਰੀਤ", "પટેલ", "ଓଡ଼ିଆ", "ஆனந்த்", "తెలుగు", "ಕನ್ನಡ", "മലയാളം", "ශ්රී",
	"สมชาย", "กำธร", "ລາວ", "ខ្មែរ", "မြန်မာ", "བོད", "ሰላም", "ⵜⴰⵎⴰⵣⵉⵖⵜ", "ߒߞߏ", "ᠮᠣᠩᠭᠣᠯ", "ꦗꦮ",
}

func TestHonestNamesOfEveryScriptAreTaken(t *testing.T) {
	t.Parallel()
	for _, name := range honest {
		if err := username.Check(norm.NFKC.String(name)); err != nil {
			t.Errorf("%s (%+q): %v", name, name, err)
		}
	}
}

func TestHonestNamesDoNotLookAlike(t *testing.T) {
	t.Parallel()
	pairs := [][2]string{
		{"ella", "elia"}, {"ian", "jan"}, {"jose", "josé"}, {"muller", "müller"}, {"иван", "ivan"}, {"анна", "anna"},
		{"user1", "user2"}, {"user10", "user11"}, {"ira", "lra2"}, {"ソ", "ン"}, {"シ", "ツ"}, {"محمد", "محمود"},
	}
	for _, p := range pairs {
		if alike(p[0], p[1]) {
			t.Errorf("%s and %s are held to be alike: %+q %+q", p[0], p[1], username.Skeletons(p[0]), username.Skeletons(p[1]))
		}
	}
}

func TestWhatShowsNothingOrMixesScriptsIsRefused(t *testing.T) {
	t.Parallel()
	for what, name := range map[string]string{
		"empty": "", "too long": strings.Repeat("a", 129), "bad UTF-8": "a\xff", "space": "a b", "no-break space": "a\u00a0b", "newline": "a\nb",
		"variation selector": "alice\ufe0f", "Hangul filler": "\u3164", "halfwidth filler": "\uffa0", "Braille blank": "\u2800", "grapheme joiner": "alice\u034f",
		"Hangul choseong filler": "\u115f", "Mongolian variation": "alice\u180b", "zero-width space": "a\u200bb", "joiner": "क्\u200dष", "non-joiner": "علی\u200cرضا",
		"soft hyphen": "a\u00adb", "right-to-left override": "a\u202eb", "isolate": "a\u2066b", "byte order mark": "\ufeffalice", "tag": "alice\U000e0061",
		"invisible times": "a\u2062b", "Khmer vowel": "ខ\u17b4", "null notehead": "\U0001d159", "hieroglyph blank": "\U00013441", "private": "a\ue000",
		"unassigned": "a\u0378", "object replacement": "a\ufffc", "surrogate as UTF-8": "a\xed\xa0\x80",
		"Cyrillic а": "аlice", "Greek ο": "bοb", "Cherokee": "Ꭺlice", "Arabic and Latin": "aliceمحمد", "Cyrillic and Han": "山иван", "Thai and Latin": "สมalice",
		"fullwidth": "ａｌｉｃｅ", "decomposed": "Jose\u0301", "ligature": "ﬁnn", "mathematical": "𝐚𝐥𝐢𝐜𝐞", "superscript": "a²", "Roman numeral": "Ⅳ", "circled": "ⓐlice",
		"only marks": "\u0301\u0301", "mark first": "\u0301alice", "many marks": "a\u0302\u0323\u0330\u0331\u0332", "only punctuation": "...", "dashes": "---",
		"two kinds of digits": "٣۴", "emoji": "🦊", "heart": "❤a", "curly quote": "o’brien", "fraction slash": "a⁄b",
	} {
		var refusal username.Error
		if err := username.Check(name); !errors.As(err, &refusal) {
			t.Errorf("%s (%+q): got %v", what, name, err)
		} else if name != "" && strings.Contains(string(refusal), name) {
			t.Errorf("%s: the refusal quotes the name: %s", what, refusal)
		}
	}
}

func TestNamesThatSpeakForTheServerAreReserved(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"admin", "Admin", "ADMIN", "adm1n", "admln", "-admin-", "root", "r00t", "ro0t", "support", "Sealpost", "sealpost-support", "seaIpost", "SEALP0ST",
		"mysealpost", "no.reply", "postmaster", "me", "helpdesk", "everyone",
	} {
		if err := username.Check(name); err == nil {
			t.Errorf("%q is taken", name)
		}
	}
	for _, name := range []string{"adam", "administer", "rooted", "meg", "supporter", "allen", "seal", "postman"} {
		if err := username.Check(name); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func alike(a, b string) bool {
	return slices.ContainsFunc(username.Skeletons(a), func(s string) bool { return slices.Contains(username.Skeletons(b), s) })
}

func TestLookAlikesShareASkeleton(t *testing.T) {
	t.Parallel()
	for _, p := range [][2]string{
		{"alice", "alice\ufe0f"}, {"alice", "alice\u034f"}, {"alice", "аlice"}, {"alice", "ａｌｉｃｅ"}, {"alice", "aIice"}, {"alice", "AIice"}, {"alice", "a1ice"}, {"alice", "ALICE"},
		{"José", "Jose\u0301"}, {"σς", "ΣΣ"}, {"ace", "асе"}, {"paypal", "раураӏ"}, {"bob0", "bobo"}, {"mom", "morn"}, {"straße", "STRASSE"}, {"ロ", "口"}, {"scope", "ѕсоре"},
		{"ELLA", "ella"}, {"bill", "bi11"}, {"ıan", "ian"},
	} {
		if !alike(p[0], p[1]) {
			t.Errorf("%s and %s (%+q) are held to differ: %+q %+q", p[0], p[1], p[1], username.Skeletons(p[0]), username.Skeletons(p[1]))
		}
	}
}

func TestKeyIsStable(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.OneOf(rapid.String(), rapid.SampledFrom(honest)).Draw(t, "name")
		key := username.Key(name)
		if again := username.Key(key); again != key {
			t.Fatalf("key of %+q is %+q, and of that %+q", name, key, again)
		}
		if username.Check(name) == nil && username.Key(norm.NFD.String(name)) != key {
			t.Fatalf("%+q has another key when decomposed", name)
		}
	})
}

func TestKeyDisregardsCase(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"alice", "José", "straße", "σς", "иван", "գևորգ", "ᏣᎳᎩ", "ʻokina"} {
		for _, other := range []string{strings.ToUpper(name), strings.ToLower(name), norm.NFD.String(name), name + "\ufe0f"} {
			if username.Key(other) != username.Key(name) {
				t.Errorf("%s and %s: keys %+q and %+q", name, other, username.Key(name), username.Key(other))
			}
		}
	}
}

func TestConfusableNames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"alice": false, "mom": false, "иван": false, "山田": false, "josé": false, "2024": false, "user7": false, "100": false,
		"асе": true, "ѕсоре": true, "a1ice": true, "user10": true, "οο": true,
	} {
		if got := username.Confusable(name); got != want {
			t.Errorf("Confusable(%q) is %v", name, got)
		}
	}
}

func TestFingerprint(t *testing.T) {
	t.Parallel()
	const id = "0f8fad5b-d9cb-469f-a165-70867728950e"
	got := username.Fingerprint(id)
	if !regexp.MustCompile(`^[a-hjkmnp-z02-9]{4}-[a-hjkmnp-z02-9]{4}$`).MatchString(got) || got != username.Fingerprint(id) || got == username.Fingerprint(id+"0") {
		t.Errorf("got %q", got)
	}
}

func FuzzCheck(f *testing.F) {
	for _, name := range honest {
		f.Add(name)
	}
	f.Add("alice\ufe0f")
	f.Fuzz(func(t *testing.T, name string) {
		if username.Check(name) == nil && (len(username.Key(name)) == 0 || len(username.Skeletons(name)[0]) == 0) {
			t.Errorf("%+q shows nothing", name)
		}
	})
}
