# SPDX-License-Identifier: MIT
# Adds up the logs of test programs for tests/run.sh. Reads three files: names of tests that may not
# be skipped, names of tests that must have run, and a line a program: STATUS SECONDS LOG NAME.
#
# said[KIND] is what this program's totals say, kinds are "ok", "FAIL" and "skip"; total[KIND] is
# what the last line says, where a failure that a program did not count itself is added.

function failure(test, why)
{
	total["FAIL"]++
	failures = failures "  " program ": " test ": " why "\n"
}

# One test's own line
function tell(kind, test, why)
{
	seen[test] = 1
	if ((program, kind, test, why) in told)
		return
	told[program, kind, test, why] = 1
	if (kind == "FAIL") {
		failures = failures "  " program ": " test ": " why "\n"
	} else if (kind == "skip" && test in may_not_skip) {
		overruled++
		failure(test, "skipped, which may not be here: " why)
	} else if (kind == "skip") {
		skips = skips "  " program ": " test ": " why "\n"
	}
}

# "ok NAME", "FAIL NAME: why", "skip NAME: reason" of tests/support/lib.sh
function shell_test(line, kind, name, colon)
{
	kind = line
	sub(/ .*/, "", kind)
	name = substr(line, length(kind) + 2)
	colon = index(name, ": ")
	tell(kind, colon ? substr(name, 1, colon - 1) : name, colon ? substr(name, colon + 2) : "")
	lines[kind]++
}

# "[       OK ] name" and "[  PASSED  ] 12 test(s)." of cmocka, which repeats the names of failed and
# skipped ones at its end
function cmocka_test(line, words, kind)
{
	sub(/^\[ */, "", line)
	split(line, words, / *\] /)
	kind = words[1] ~ /OK|PASSED/ ? "ok" : words[1] == "FAILED" ? "FAIL" : "skip"
	if (match(words[2], /[0-9]+ test\(s\)/)) {
		said[kind] += substr(words[2], RSTART) + 0
		totals = "cmocka"
	} else {
		tell(kind, words[2], "see its output")
	}
}

function shell_totals(line, words)
{
	split(line, words, " ")
	said["ok"] = words[1]
	said["FAIL"] = words[3]
	said["skip"] = words[5]
	totals = "shell"
}

function read_log(log_file, line)
{
	while ((getline line < log_file) > 0) {
		if (line ~ /^(ok|FAIL|skip) [^ ]/)
			shell_test(line)
		else if (line ~ /^\[ *(OK|PASSED|FAILED|SKIPPED) *\] /)
			cmocka_test(line)
		else if (line ~ /^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$/)
			shell_totals(line)
	}
	close(log_file)
}

# What a program's totals do not say
function doubt(status, kind)
{
	if (totals == "") {
		failure("its end", "ended with status " status " before its totals")
		for (kind in lines)
			said[kind] = lines[kind]
		return
	}
	if (said["ok"] + said["FAIL"] + said["skip"] == 0)
		failure("its totals", "it ran nothing")
	else if (status != 0 && said["FAIL"] == 0)
		failure("its end", "ended with status " status)
	for (kind in said)
		if (totals == "shell" && said[kind] != lines[kind] + 0)
			failure("its totals", "they say " said[kind] " " kind ", its lines " (lines[kind] + 0))
}

FILENAME == ARGV[1] { may_not_skip[$1] = 1; next }
FILENAME == ARGV[2] { must_run[$1] = 1; next }
{
	program = $4
	totals = ""
	split("", lines)
	said["ok"] = said["FAIL"] = said["skip"] = 0
	failed_before = total["FAIL"]
	overruled = 0
	read_log($3)
	doubt($1)
	if (said["skip"] >= overruled)
		said["skip"] -= overruled
	for (kind in said)
		total[kind] += said[kind]
	table = table sprintf("  %-50s %5d %5d %5d %6d s\n", program, said["ok"], \
		total["FAIL"] - failed_before, said["skip"], $2)
}

END {
	program = "tests/may-not-skip.txt"
	for (name in must_run)
		if (!(name in seen))
			failure(name, "it did not run")
	printf "\n  %-50s %5s %5s %5s %8s\n%s", "program", "ok", "FAIL", "skip", "time", table
	if (skips != "")
		printf "\nskipped:\n%s", skips
	if (failures != "")
		printf "\nfailed:\n%s", failures
	printf "\n%d passed, %d failed, %d skipped\n", total["ok"], total["FAIL"], total["skip"]
	exit total["FAIL"] > 0
}
