#!/bin/sh
# Fails when a file includes something that src/floors does not grant to its folder - a header of another floor, or a
# foreign header that belongs to one - or when headers include each other in a circle.
cd "$(dirname "$0")/../.." || exit 2
grep -rnE '^#[ \t]*include' src --include='*.[ch]' | awk '
	BEGIN {
		while ((getline line < "src/floors") > 0) {
			if (line ~ /^#/) continue
			n = split(line, f, /[ \t]+/)
			for (i = 1; i <= n; i++) {
				grant[f[1], f[i]] = 1
				if (f[i] ~ /^</) fence[f[i]] = 1
			}
			grant[f[1], f[1]] = 1
		}
	}
	{
		split($0, p, ":"); split(p[1], d, "/"); floor = d[3] ? d[2] : "main"
		if (match($0, /"[^"]*"/)) {
			inc = substr($0, RSTART + 1, RLENGTH - 2); split(inc, t, "/")
			if (!((floor, t[1]) in grant)) bad += say(inc)
			from = substr(p[1], 5)
			edge[from] = edge[from] " " inc
		} else if (match($0, /<[^>]*>?/)) {
			inc = substr($0, RSTART, RLENGTH)
			for (h in fence) if (index(inc, h) == 1 && !((floor, h) in grant)) bad += say(inc)
		}
	}
	function say(what) { print p[1] ":" p[2] ": " floor " may not include " what; return 1 }
	function walk(at, trail,   n, to, i) {
		if (state[at] == 2) return
		if (state[at] == 1) { print "include circle:" trail " " at; bad++; return }
		state[at] = 1
		n = split(edge[at], to, " ")
		for (i = 1; i <= n; i++) walk(to[i], trail " " at)
		state[at] = 2
	}
	END { for (start in edge) walk(start, ""); exit bad ? 1 : 0 }'
