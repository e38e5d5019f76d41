package rebuild

import (
	"crypto/sha256"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/sealpost/sealpost/adapters/aws/deployment"
)

var epoch = time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)

func span(t *rapid.T, label string, least, most time.Duration) time.Duration {
	return time.Duration(rapid.Int64Range(int64(least), int64(most)).Draw(t, label))
}

// replay is what a replay gets of an event: it walks its window minute by minute from
// when it began, and sees what the archive has by then.
func gets(w window, began, published, archived time.Time, pace time.Duration) bool {
	if published.Before(w.from) || published.After(w.to) {
		return false
	}
	minutes := int64(published.Sub(w.from).Minutes())
	read := began.Add(time.Duration(minutes) * pace)
	return !archived.After(read)
}

// Whatever was published from the beginning on reaches the candidate, live or by the
// replay, however long the archive and the rule take within their bounds, and wherever
// the replay ended early and was resumed.
func TestEveryEventReachesTheCandidate(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := DefaultWaits()
		from := epoch
		seen := from.Add(span(t, "age", time.Second, 48*time.Hour)) // when the rules are seen to be there
		of := w.window(from, seen)
		pace := span(t, "pace", 0, 2*time.Minute)

		// An event, and when the rule takes events for good.
		published := from.Add(span(t, "published", 0, 49*time.Hour))
		archived := published.Add(span(t, "archive", 0, w.Lag))
		effective := seen.Add(span(t, "effective", -time.Hour, w.Settle))

		got := !published.Before(effective) // live
		began := of.to.Add(w.Lag).Add(span(t, "late", 0, time.Hour))
		if rapid.Bool().Draw(t, "ended early") {
			last := from.Add(span(t, "last", 0, of.to.Sub(from)).Truncate(time.Minute))
			// What is in a minute before that of the last one was replayed.
			if published.Before(last.Truncate(time.Minute)) && gets(of, began, published, archived, pace) {
				got = true
			}
			of = w.resumed(of, last)
			began = began.Add(span(t, "pause", 0, time.Hour))
		}
		if got = got || gets(of, began, published, archived, pace); !got {
			t.Fatalf("published %v, archived %v, rule from %v: not in %v", published, archived, effective, of)
		}
		if of.from.Before(from) || of.to != seen.Add(w.Settle) {
			t.Fatalf("window %v", of)
		}
	})
}

func TestNamesSayWhatTheyAreOf(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		keys := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"inbox-2", "inbox-13", "unread-2", "users-9"}), 1, 3, rapid.ID).Draw(t, "keys")
		slices.Sort(keys)
		n := replayName{"sealpost-prod", keys, rapid.IntRange(1, 1000).Draw(t, "try")}
		got, ok := parseReplayName("sealpost-prod", n.String())
		if !ok || n.String() != got.String() || !slices.Equal(n.keys, got.keys) || n.try != got.try {
			t.Fatalf("%s became %+v", n, got)
		}
	})
	for _, other := range []string{
		"", "sealpost-prod", "sealpost-prod2.inbox-2.1", "sealpost-prod.inbox-2", "sealpost-prod.1", "sealpost-prod.inbox-2.0",
		"sealpost-prod.inbox-2.x", "sealpost-prod.inbox-2.01", "sealpost-prod.unread-2.inbox-2.1",
	} {
		if n, ok := parseReplayName("sealpost-prod", other); ok {
			t.Errorf("%q became %+v", other, n)
		}
	}
	// The longest that can be: 12 letters, a hyphen and 10 letters.
	longest := replayName{"abcdefghijkl-abcdefghij", []string{"inbox-999", "unread-999", "users-999"}, 1}
	if err := longest.check(); err != nil {
		t.Error(err)
	}
	longest.keys[0] = "inbox-999999999999"
	if err := longest.check(); err == nil {
		t.Error("a name that is too long was taken")
	}
}

func value(depth int) *rapid.Generator[types.AttributeValue] {
	text := rapid.StringN(0, 4, 8)
	leaves := []*rapid.Generator[types.AttributeValue]{
		rapid.Map(text, func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }),
		rapid.Map(rapid.StringMatching(`[1-9][0-9]?`), func(s string) types.AttributeValue { return &types.AttributeValueMemberN{Value: s} }),
		rapid.Map(text, func(s string) types.AttributeValue { return &types.AttributeValueMemberB{Value: []byte(s)} }),
		rapid.Map(rapid.Bool(), func(b bool) types.AttributeValue { return &types.AttributeValueMemberBOOL{Value: b} }),
		rapid.Just[types.AttributeValue](&types.AttributeValueMemberNULL{Value: true}),
	}
	if depth == 0 {
		return rapid.OneOf(leaves...)
	}
	return rapid.OneOf(append(leaves,
		rapid.Map(rapid.SliceOfN(value(depth-1), 0, 3), func(l []types.AttributeValue) types.AttributeValue { return &types.AttributeValueMemberL{Value: l} }),
		rapid.Map(rapid.MapOfN(text, value(depth-1), 0, 3), func(m map[string]types.AttributeValue) types.AttributeValue {
			return &types.AttributeValueMemberM{Value: m}
		}),
	)...)
}

type item = map[string]types.AttributeValue

func items(t *rapid.T) (all []item, users []string) {
	users = rapid.SliceOfN(rapid.SampledFrom([]string{"u1", "u2", "u3"}), 0, 12).Draw(t, "users")
	for i, user := range users {
		one := rapid.MapOfN(rapid.StringMatching(`[a-c]`), value(2), 0, 3).Draw(t, "item")
		one["user"] = &types.AttributeValueMemberS{Value: user}
		one["id"] = &types.AttributeValueMemberN{Value: string(rune('0' + i))}
		all = append(all, one)
	}
	return all, users
}

func tallied(t *rapid.T, all []item) *tally {
	sums := newTally("user")
	if err := sums.add(all); err != nil {
		t.Fatal(err)
	}
	return sums
}

// Items come in any order from any segment; a difference in one of them is one of its
// user and of nobody else.
func TestComparing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		all, users := items(t)
		shuffled := slices.Clone(all)
		rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		a, b := tallied(t, all), tallied(t, shuffled)
		if c := merge(target{"inbox", 2, 1}, a, b); c.Differing != 0 || c.LiveRows != int64(len(all)) || c.CandidateRows != int64(len(all)) {
			t.Fatalf("the same items in another order: %+v", c)
		}
		if len(all) == 0 {
			return
		}
		i := rapid.IntRange(0, len(all)-1).Draw(t, "changed")
		user := users[i]
		changed := slices.Clone(all)
		switch rapid.SampledFrom([]string{"removed", "added", "an attribute more"}).Draw(t, "how") {
		case "removed":
			changed = slices.Delete(changed, i, i+1)
		case "added":
			changed = append(changed, item{"user": all[i]["user"], "id": &types.AttributeValueMemberS{Value: "new"}})
		default:
			one := item{"extra": &types.AttributeValueMemberNULL{Value: true}}
			for name, v := range all[i] {
				one[name] = v
			}
			changed[i] = one
		}
		c := merge(target{"inbox", 2, 1}, a, tallied(t, changed))
		if c.Differing != 1 || c.Differences[0].UserID != user || !slices.Equal(differing(a, tallied(t, changed)), []string{user}) {
			t.Fatalf("got %+v, want %s", c, user)
		}
	})
}

// Values that look alike are reports apart.
func TestDigestsTellTypesApart(t *testing.T) {
	t.Parallel()
	values := []types.AttributeValue{
		&types.AttributeValueMemberS{Value: "1"}, &types.AttributeValueMemberN{Value: "1"}, &types.AttributeValueMemberB{Value: []byte("1")},
		&types.AttributeValueMemberSS{Value: []string{"1"}}, &types.AttributeValueMemberNS{Value: []string{"1"}}, &types.AttributeValueMemberBS{Value: [][]byte{[]byte("1")}},
		&types.AttributeValueMemberL{Value: []types.AttributeValue{&types.AttributeValueMemberS{Value: "1"}}}, &types.AttributeValueMemberM{Value: item{"1": &types.AttributeValueMemberS{Value: "1"}}},
		&types.AttributeValueMemberSS{Value: []string{"11"}}, &types.AttributeValueMemberSS{Value: []string{"1", "1"}},
		&types.AttributeValueMemberBOOL{Value: true}, &types.AttributeValueMemberBOOL{Value: false}, &types.AttributeValueMemberNULL{Value: true},
	}
	seen := map[[32]byte]int{}
	for i, v := range values {
		d, err := digestItem(item{"a": v})
		if err != nil {
			t.Fatal(err)
		}
		if j, twice := seen[d]; twice {
			t.Errorf("%T %v and %T %v have one digest", v, v, values[j], values[j])
		}
		seen[d] = i
	}
	a, _ := digestItem(item{"a": &types.AttributeValueMemberSS{Value: []string{"x", "y"}}})
	b, _ := digestItem(item{"a": &types.AttributeValueMemberSS{Value: []string{"y", "x"}}})
	if a != b {
		t.Error("a set has an order")
	}
	if _, err := digestItem(item{"a": &types.UnknownUnionMember{Tag: "Z"}}); err == nil || !strings.Contains(err.Error(), "attribute a") {
		t.Errorf("got %v", err)
	}
}

func TestGenerations(t *testing.T) {
	t.Parallel()
	making, kept := deployment.Generations{Live: 1, Generations: []int{2, 1}}, deployment.Generations{Live: 3, Generations: []int{1, 3, 2}}
	if got, ok := newer("inbox", making); !ok || got != (target{"inbox", 2, 1}) {
		t.Errorf("got %v %v", got, ok)
	}
	if got, ok := newer("inbox", kept); ok {
		t.Errorf("got %v", got)
	}
	if got, ok := older("inbox", kept); !ok || got != (target{"inbox", 2, 3}) {
		t.Errorf("got %v %v", got, ok)
	}
	if got, ok := older("inbox", making); ok {
		t.Errorf("got %v", got)
	}
	if got := withNext(kept).Generations; !slices.Contains(got, 4) || len(got) != 4 {
		t.Errorf("got %v", got)
	}
	want := "projection_generations = {\n  inbox = { live = 3, generations = [1, 2, 3] }\n  users = { live = 1, generations = [1, 2] }\n}"
	if diff := cmp.Diff(want, variables(map[string]deployment.Generations{"users": making, "inbox": kept})); diff != "" {
		t.Error(diff)
	}
}

// Whoever gets messages all the time is cleared, whoever misses one never is; and what
// is under way is left out of account.
func TestRecheck(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		missing := rapid.Bool().Draw(t, "missing")
		s := &suspect{user: "u"}
		id := func(n int) [32]byte { return sha256.Sum256([]byte{byte(n)}) }
		for look := 1; look <= 6; look++ {
			// Everything before 10 × look has arrived in both, and some of what is newer in one.
			s.live, s.candidate = itemDigests{}, itemDigests{}
			for n := range 10 * look {
				s.live[id(n)], s.candidate[id(n)] = id(n), id(n)
			}
			for _, n := range rapid.SliceOfNDistinct(rapid.IntRange(10*look, 10*look+9), 1, 5, rapid.ID).Draw(t, "under way") {
				if rapid.Bool().Draw(t, "in the live one") {
					s.live[id(n)] = id(n)
				} else {
					s.candidate[id(n)] = id(n)
				}
			}
			if missing {
				delete(s.candidate, id(3))
			}
			moving, cleared := s.judge()
			if want := !missing && look > 1; cleared != want {
				t.Fatalf("reading %d: cleared %v, with something missing: %v", look, cleared, missing)
			}
			same := sumOf(s.live, moving).digest() == sumOf(s.candidate, moving).digest()
			if same != cleared {
				t.Fatalf("reading %d: cleared %v, alike %v", look, cleared, same)
			}
		}
	})
	if sumOf(itemDigests{{1}: {1}}, map[[32]byte]bool{{1}: true}) != nil {
		t.Error("a sum of nothing")
	}
}
