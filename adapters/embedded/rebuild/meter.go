package rebuild

import (
	"time"

	"github.com/sealpost/sealpost/ports"
)

const progressEvery = 200 * time.Millisecond

// meter counts and reports the progress of a pass.
type meter struct {
	f        *filler
	report   func(ports.RebuildReport)
	began    time.Time
	reported time.Time
	started  int64 // position where this run began

	// Counts of batches on disk.
	position int64
	replayed int64
	skipped  int64

	batch batch // being written
	rows  int   // rows of batch at first
	head  int64
}

func newMeter(f *filler, report func(ports.RebuildReport)) meter {
	now := time.Now()
	return meter{f: f, report: report, began: now, reported: now, started: f.position, position: f.position, head: f.upTo}
}

func (m *meter) begin(b batch) { m.batch, m.rows = b, b.chunk.Rows() }

func (m *meter) wrote(head int64) {
	m.head = head
	if time.Since(m.reported) >= progressEvery {
		m.emit()
	}
}

func (m *meter) end() {
	m.position = m.batch.position
	m.replayed += int64(m.batch.replayed)
	m.skipped += int64(m.batch.skipped)
	m.rows = 0
}

// underWay returns how much of the batch is on disk, from 0 to 1. A batch may take seconds, so this share of
// its events counts as done.
func (m *meter) underWay() float64 {
	if m.rows == 0 {
		return 0
	}
	return 1 - float64(m.batch.chunk.Rows())/float64(m.rows)
}

func (m *meter) emit() {
	m.reported = time.Now()
	seconds := m.reported.Sub(m.began).Seconds()
	share := m.underWay()
	replayed := m.replayed + int64(share*float64(m.batch.replayed))
	position := m.position + int64(share*float64(m.batch.position-m.position))
	p := &ports.RebuildProgress{
		Phase: ports.PhaseFilling, Unit: ports.UnitEvents,
		Projections: m.f.names, Replayed: replayed, Skipped: m.skipped, Lag: m.head - position,
		Done: position - m.f.from, Total: m.f.upTo - m.f.from, SecondsLeft: -1,
	}
	if seconds > 0 {
		p.Rate = float64(replayed) / seconds
		if walked := position - m.started; walked > 0 {
			p.SecondsLeft = float64(m.f.upTo-position) * seconds / float64(walked)
		}
	}
	m.report(ports.RebuildReport{Progress: p})
}
