package webtest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

const (
	screenshots = "screenshots"
	axeFile     = "node_modules/axe-core/axe.min.js"
)

// state looks at the page as it is now: both themes, phone and desktop, a picture of
// each and axe-core's opinion of each.
func (b *browser) state(name string) {
	b.t.Helper()
	for _, theme := range []string{"light", "dark"} {
		for _, s := range []size{phone, desktop} {
			b.look(theme, s)
			b.shoot(fmt.Sprintf("%s-%s-%s.png", name, s.name, theme))
			// Structure does not depend on the theme, and contrast not on the size.
			if theme == "light" || s == desktop {
				b.checkAccessibility(name + ", " + s.name + ", " + theme)
			}
		}
	}
	b.look("light", desktop)
}

func (b *browser) look(theme string, s size) {
	b.t.Helper()
	b.resize(s)
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: theme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}})
	b.painted()
}

func (b *browser) shoot(name string) {
	b.t.Helper()
	png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		b.t.Fatal(err)
	}
	if err := os.MkdirAll(screenshots, 0o750); err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(screenshots, name), png, 0o600); err != nil {
		b.t.Fatal(err)
	}
}

// axeResult is the part of axe-core's answer that is looked at.
type axeResult []struct {
	ID, Impact, Help string
	Nodes            []struct {
		HTML           string
		FailureSummary string
	}
}

// checkAccessibility lets axe-core look at the page, in a world of its own: the page's
// Content-Security-Policy holds there for nobody, and the page sees nothing of it.
func (b *browser) checkAccessibility(where string) {
	b.t.Helper()
	source, err := os.ReadFile(axeFile)
	if err != nil {
		b.t.Fatal(err)
	}
	world := b.world()
	in := func(p *runtime.EvaluateParams) { p.ContextID = world }
	if err := chromedp.Do(b.ctx, chromedp.Evaluate[chromedp.Void](string(source)+";0", in)); err != nil {
		b.t.Fatalf("loading axe-core: %v", err)
	}
	violations, err := chromedp.Run(b.ctx, chromedp.Evaluate[axeResult](`axe.run(document, {resultTypes: ["violations"]}).then((r) => r.violations)`, in, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("running axe-core: %v", err)
	}
	for _, v := range violations {
		if v.Impact != "serious" && v.Impact != "critical" {
			b.t.Logf("%s: axe: %s (%s): %s", where, v.ID, v.Impact, v.Help)
			continue
		}
		var nodes []string
		for _, n := range v.Nodes {
			nodes = append(nodes, n.HTML+"\n    "+n.FailureSummary)
		}
		b.t.Errorf("%s: axe: %s (%s): %s\n  %s", where, v.ID, v.Impact, v.Help, strings.Join(nodes, "\n  "))
	}
}

func (b *browser) world() runtime.ExecutionContextID {
	b.t.Helper()
	tree := call(b, page.GetFrameTree, cdp.Empty{})
	return call(b, page.CreateIsolatedWorld, page.CreateIsolatedWorldParams{FrameID: tree.FrameTree.Frame.ID, WorldName: "axe"}).ExecutionContextID
}
