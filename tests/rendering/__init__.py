"""One report's text as agencies would publish it: Word, portal page, PDF of several kinds, scan."""
