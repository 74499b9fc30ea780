#!/bin/bash
# Runs every suite (or those named on the command line) and ends with one line: N passed, N failed[, N skipped].
# A suite's output goes to build/test-logs/NAME.log; only what failed is shown.
set -u
cd "$(dirname "$0")/.." || exit 2
out=${OUT:-build}
logs=$out/test-logs
mkdir -p "$logs"
lanes=${MM_LANES:-$(n=$(nproc); echo $((n < 4 ? n : 4)))}
names=()
only=" $* "
mkfifo "$logs/lanes.$$" && exec 3<>"$logs/lanes.$$" && rm "$logs/lanes.$$" || exit 2
mkfifo "$logs/aside.$$" && exec 4<>"$logs/aside.$$" && rm "$logs/aside.$$" || exit 2
seq "$lanes" >&3
echo aside >&4
trap 'trap - TERM; kill 0' INT TERM

# Counts the verdicts of cmocka, of node's runner (TAP), and of our own closing lines.
count() {
	awk '
		/^\[  PASSED  \] [0-9]+ test/ { p += $4 }
		/^\[  FAILED  \] [0-9]+ test/ { f += $4 }
		/^\[  SKIPPED \] [0-9]+ test/ { s += $4 }
		/^# pass [0-9]+$/ { p += $3 }
		/^# fail [0-9]+$/ { f += $3 }
		/^# cancelled [0-9]+$/ { f += $3 }
		/^# skipped [0-9]+$/ { s += $3 }
		/^[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$/ { p += $1; f += $3; s += $5 }
		END { print p + 0, f + 0, s + 0 }' "$1"
}

# suite NAME COMMAND...: a command that fails without a counted failure is one failure. Suites run beside each other, as
# many as there are lanes; what they said is shown whole, one after the other.
suite() {
	local lane
	is_wanted "$1" || return
	read -r -u 3 lane
	{
		tell_suite "$@"
		echo "$lane" >&3
	} &
}

# aside NAME COMMAND...: the same for a suite that mostly waits, for deadlines or the disk: these have a lane of their own,
# one after the other, beside those that work.
aside() {
	local lane
	is_wanted "$1" || return
	{
		read -r -u 4 lane
		tell_suite "$@"
		echo "$lane" >&4
	} &
}

is_wanted() {
	case $only in "  " | *" $1 "*) ;; *) return 1 ;; esac
	names+=("$1")
	rm -f "$logs/$1.count"
}

tell_suite() {
	run_suite "$@" >"$logs/$1.said"
	flock "$logs" cat "$logs/$1.said"
}

run_suite() {
	local name=$1 log=$logs/$1.log code p f s cpu t0=$SECONDS TIMEFORMAT='%U %S'
	shift
	# the processor's time tells more than the clock's on a machine that is at work for others
	{ time timeout -k 10 900 "$@" >"$log" 2>&1 </dev/null 3>&- 4>&-; } 2>"$logs/$name.cpu"
	code=$?
	cpu=$(awk '{ printf "%.0f", $1 + $2 }' "$logs/$name.cpu")
	read -r p f s < <(count "$log")
	if [ $code -ne 0 ] && [ "$f" -eq 0 ]; then f=1; fi
	if [ $code -eq 0 ] && [ "$p" -eq 0 ] && [ "$s" -eq 0 ]; then f=1; fi
	echo "$p $f $s $code" >"$logs/$name.count"
	printf '  %-18s %5d passed %3d failed %3d skipped %5d s %5s s of processor\n' "$name" "$p" "$f" "$s" $((SECONDS - t0)) "$cpu"
	if [ "$f" -ne 0 ]; then
		echo "--- $log (exit code $code)"
		grep -nE 'FAILED|not ok|ERROR|Error|error:|expected|actual|failed' "$log" | head -n 40
		tail -n 15 "$log"
		echo "---"
	fi
}

# What failed, by name and with the first lines of why: said again at the very end, where a shortened log still shows it.
failures() {
	awk '/^\[  FAILED  \] [a-z]|^ *not ok |^ERROR: |ERROR: .*Sanitizer|runtime error:|^(FAIL|failed):? / { if (!seen[$0]++) print; next }
		/^ *error: / { left = 5 }
		/^ *code: / { left = 0 }
		left-- > 0 { print "    " $0 }' "$1" | cut -c1-200 | head -n 40 | sed 's/^ */    /'
}

# units DIR [low|high]: every unit test program of one build, or those of the lower or the higher floors.
units() {
	local dir=$1 part=${2:-} bad=0 t floor
	for t in "$dir"/tests/*/test_*; do
		case $t in *.d) continue ;; esac
		floor=$(basename "$(dirname "$t")")
		case $floor in base | geo | http | grid | archive | store | feed) floor=low ;; *) floor=high ;; esac
		[ "${part:-$floor}" = "$floor" ] || continue
		[ -x "$t" ] || continue
		"$t" || { echo "ERROR: $t ended with $?"; bad=1; }
	done
	return $bad
}
export -f units
# Eight callers tell where memory was taken, and cost a third less than thirty.
export ASAN_OPTIONS=detect_leaks=1:halt_on_error=1:malloc_context_size=8 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
export LSAN_OPTIONS=suppressions=$PWD/tests/lsan.supp:print_suppressions=0

. tests/suites.sh
wait

passed=0 failed=0 skipped=0 broken=""
for name in "${names[@]}"; do
	read -r p f s code < <(cat "$logs/$name.count" || echo 0 1 0 lost)
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
	[ "$f" -eq 0 ] || broken+="$name (exit code $code):"$'\n'"$(failures "$logs/$name.log")"$'\n'
done
line="$passed passed, $failed failed"
[ "$skipped" -eq 0 ] || line="$line, $skipped skipped"
[ -z "$broken" ] || printf 'What failed:\n%s' "$broken"
echo "$line"
[ "$failed" -eq 0 ]
