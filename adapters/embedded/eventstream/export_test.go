package eventstream

// Streams is how many follow now.
func (h *Handler) Streams() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.total
}
