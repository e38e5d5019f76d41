package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// table collects figures in the order in which they are measured.
type table struct {
	rows []row
	// fsync and sqlite are the machine's own rates, the baseline for other figures.
	fsync, sqliteSingle, sqliteGroup float64
}

type row struct{ figure, value, target, note string }

func (t *table) add(figure, value, target, note string) {
	t.rows = append(t.rows, row{figure, value, target, note})
}

func (t *table) print(w io.Writer, binary string) error {
	fmt.Fprintf(w, "%s on %s, %d cores, %s %s/%s, %s\n\n", binary, cpu(), runtime.NumCPU(), runtime.Version(), runtime.GOOS, runtime.GOARCH,
		time.Now().UTC().Format(time.DateOnly))
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "figure\tmeasured\ttarget\tnote")
	for _, r := range t.rows {
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\n", r.figure, r.value, r.target, r.note)
	}
	return tw.Flush()
}

// cpu returns the name of the processor, if the system reports it.
func cpu() string {
	f, err := os.Open("/proc/cpuinfo")
	if err != nil {
		return runtime.GOARCH
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if name, ok := strings.CutPrefix(lines.Text(), "model name"); ok {
			return strings.TrimLeft(name, "\t :")
		}
	}
	return runtime.GOARCH
}

// quantile returns the q-quantile of the durations. It sorts them.
func quantile(ds []time.Duration, q float64) time.Duration {
	if len(ds) == 0 {
		return 0
	}
	slices.Sort(ds)
	return ds[min(len(ds)-1, int(q*float64(len(ds))))]
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000) }
