package rebuild

// SetBatch makes batches small, so that a few events are many batches.
func (r *Rebuilder) SetBatch(n int) { r.batch = n }
