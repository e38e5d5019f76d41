package blobs

import "os"

// FillDisk makes every write of a file fail with err after half of its bytes.
func (s *Store) FillDisk(err error) {
	s.folder.put = func(f *os.File, body []byte) error {
		if _, err := f.Write(body[:len(body)/2]); err != nil {
			return err
		}
		return err
	}
}
