package webtest_test

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browser is one person's: a process with a profile of its own, and one tab.
type browser struct {
	t   *testing.T
	ctx context.Context
	url string

	mu       sync.Mutex
	faults   []string  // what fails the test
	pardoned []string  // parts of faults that the test provoked
	requests []request // every request since the last navigation
	origins  []string  // what may be asked besides the page's own
}

type request struct {
	id   network.RequestID
	url  string
	size float64 // bytes on the wire, headers included
}

// desktop and phone are the two sizes that the page is looked at in.
var (
	desktop = size{"desktop", 1280, 800, 1, false}
	phone   = size{"phone", 390, 844, 2, true}
)

type size struct {
	name          string
	width, height int64
	scale         float64
	touch         bool
}

// plainHost is a name for this machine that browsers do not take for it.
const plainHost = "sealpost.test"

// patience is how long a browser may take for a whole test. Only a test that hangs pays
// for it; a machine that also builds and tests everything else is slow.
const patience = 5 * time.Minute

// openBrowser starts a browser with an empty profile. Flags are Chromium's, besides
// those that every test has.
func openBrowser(t *testing.T, url string, flags ...chromedp.ExecAllocatorOption) *browser {
	t.Helper()
	fonts, err := filepath.Abs("fonts.conf")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), patience)
	ctx, stop := chromedp.NewExecAllocator(ctx, append(append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath("/usr/bin/chromium"), chromedp.UserDataDir(t.TempDir()), chromedp.Env("FONTCONFIG_FILE="+fonts, "LANG=en_GB.UTF-8"),
		chromedp.Flag("headless", "new"), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("host-resolver-rules", "MAP "+plainHost+" 127.0.0.1"),
		chromedp.Flag("disable-features", "Translate,HttpsUpgrades"), chromedp.Flag("hide-scrollbars", true), chromedp.Flag("lang", "en-GB"),
		chromedp.WindowSize(int(desktop.width), int(desktop.height))), flags...)...)
	ctx, end := chromedp.NewContext(ctx)
	b := &browser{t: t, ctx: ctx, url: url}
	t.Cleanup(func() {
		end()
		stop()
		cancel()
		b.report()
	})
	if err := chromedp.Listen(ctx, b.listen); err != nil {
		t.Fatalf("starting chromium: %v", err)
	}
	call(b, log.Enable, cdp.Empty{})
	call(b, network.Enable, network.EnableParams{})
	call(b, runtime.Enable, cdp.Empty{})
	call(b, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: finders})
	b.resize(desktop)
	return b
}

func (b *browser) resize(s size) {
	b.t.Helper()
	call(b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: s.width, Height: s.height, DeviceScaleFactor: s.scale, Mobile: s.touch})
	call(b, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: s.touch})
}

// call sends a command of the DevTools protocol.
func call[P, R any](b *browser, command cdp.Command[P, R], params P) R {
	b.t.Helper()
	out, err := chromedp.Call(b.ctx, command, params)
	if err != nil {
		b.t.Fatalf("%s: %v", command.Method, err)
	}
	return out
}

// listen collects what a person would never see and must not be there.
func (b *browser) listen(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		b.faults = append(b.faults, "exception: "+describe(e.ExceptionDetails))
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			b.faults = append(b.faults, "console: "+words(e.Args))
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Source == log.EntrySourceSecurity {
			b.faults = append(b.faults, "log: "+string(e.Entry.Source)+": "+e.Entry.Text+" "+e.Entry.URL)
		}
	case *network.EventRequestWillBeSent:
		b.sent(e)
	case *network.EventLoadingFinished:
		for i := range b.requests {
			if b.requests[i].id == e.RequestID {
				b.requests[i].size = e.EncodedDataLength
			}
		}
	}
}

func (b *browser) sent(e *network.EventRequestWillBeSent) {
	b.requests = append(b.requests, request{id: e.RequestID, url: e.Request.URL})
	own := strings.HasPrefix(e.Request.URL, b.url+"/") || strings.HasPrefix(e.Request.URL, "blob:"+b.url) ||
		slices.ContainsFunc(b.origins, func(origin string) bool { return strings.HasPrefix(e.Request.URL, origin+"/") })
	if !own && e.Request.URL != "about:blank" {
		b.faults = append(b.faults, "request to another origin: "+e.Request.URL)
	}
}

func describe(e *runtime.ExceptionDetails) string {
	if e.Exception != nil {
		return e.Text + " " + e.Exception.Description
	}
	return e.Text
}

func words(args []*runtime.RemoteObject) string {
	var out []string
	for _, arg := range args {
		out = append(out, string(arg.Value)+arg.Description)
	}
	return strings.Join(out, " ")
}

// pardon expects faults: the browser logs every answer of 400 and above, and every
// request that fails, also those that a test provokes.
func (b *browser) pardon(parts ...string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.pardoned = append(b.pardoned, parts...)
}

func (b *browser) report() {
	b.mu.Lock()
	defer b.mu.Unlock()
faults:
	for _, fault := range b.faults {
		for _, part := range b.pardoned {
			if strings.Contains(fault, part) {
				continue faults
			}
		}
		b.t.Errorf("the page misbehaved: %s", fault)
	}
}

func (b *browser) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, seeWithin)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		b.t.Fatalf("the browser: %v\n%s", err, b.text())
	}
}

// text is what the page shows, for failing tests.
func (b *browser) text() string {
	ctx, cancel := context.WithTimeout(b.ctx, 2*time.Second)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](`location.hash + "\n" + document.title + "\n" + document.body.innerText`))
	if err != nil {
		return "(the page does not answer: " + err.Error() + ")"
	}
	return text
}
