#!/bin/sh
# SPDX-License-Identifier: MIT
# What slipway --help lists stands in the manual pages and the completions, and nothing else does;
# the examples of the pages work.
set -u
# shellcheck source=tests/support/lib.sh
. "$(dirname "$0")/../support/lib.sh"
# shellcheck source=tests/golden/support/golden.sh
. "$SRCDIR/tests/golden/support/golden.sh"

page=$SRCDIR/doc/slipway.1
xml_page=$SRCDIR/doc/slipway.xml.5
completions=$SRCDIR/completions

# same NAME WANTED-FILE GOT-FILE: sorted lists that are not empty
same()
{
	if [ ! -s "$2" ]; then
		t_fail "$1" "nothing to compare with"
	elif cmp -s "$2" "$3"; then
		t_ok "$1"
	else
		t_fail "$1" "they differ:"
		diff -u "$2" "$3" | sed 1,2d
	fi
}

t_run "$SLIPWAY" --help
t_eq help_ends_with_0 0 "$t_status"
t_eq help_is_all_on_stdout '' "$(cat "$T/err")"
cp "$T/out" "$T/screen"
t_true help_fits_a_screen test "$(wc -l <"$T/screen")" -le 24
t_eq help_fits_the_width_of_a_screen 0 "$(awk 'length($0) > 80' "$T/screen" | wc -l)"
t_run "$SLIPWAY" help
t_eq help_is_the_same_screen "$(cat "$T/screen")" "$(cat "$T/out")"
t_run "$SLIPWAY" plan --help vm.xml
t_eq help_is_the_same_behind_a_command "$(cat "$T/screen")" "$(cat "$T/out")"
t_run "$SLIPWAY" help options
t_eq help_of_options_ends_with_0 0 "$t_status"
cp "$T/out" "$T/help"
t_eq help_lines_fit_the_width 0 "$(awk 'length($0) > 100' "$T/help" | wc -l)"

# ---- options -------------------------------------------------------------------------------------

# "--name", or "--name=" where it takes a value
sed -n 's/^  \(-., \|    \)\(--[a-z-]*=\{0,1\}\).*/\2/p' "$T/help" | sort >"$T/options"
t_true help_has_options grep -qx -e --firmware= "$T/options"

sed -n '/^\.Sh OPTIONS/,/^\.Sh TESTS/s/^\.It .*Fl -\([a-z-]*\)\( Ns = .*\)*$/--\1\2/p' "$page" |
	sed 's/ Ns = .*/=/' | sort >"$T/in-page"
same the_page_has_each_option "$T/options" "$T/in-page"

tr -s '[:space:]")' '[\n*]' <"$completions/slipway.bash" | grep -x -e '--[a-z-]*=\{0,1\}' | grep -vx -e -- |
	sort >"$T/words"
# those that take a value stand twice: in the list, and where the value is completed
grep '=' "$T/options" | tr -d = | cat - "$T/options" | sort -u >"$T/both"
sort -u "$T/words" >"$T/words-once"
same bash_has_each_option "$T/both" "$T/words-once"

sed -n "s/.*'\*\{0,1\}\(--[a-z-]*=\{0,1\}\)\[.*/\1/p; s/.*{-.,\(--[a-z-]*\)}.*/\1/p" \
	"$completions/slipway.zsh" | sort >"$T/zsh"
same zsh_has_each_option "$T/options" "$T/zsh"

sed -n 's/.* -l \([a-z-]*\) -[rx] .*/--\1=/p; s/.* -l \([a-z-]*\) -d .*/--\1/p' \
	"$completions/slipway.fish" | sort >"$T/fish"
same fish_has_each_option "$T/options" "$T/fish"

sed -n 's/^  -\(.\), --\([a-z-]*\).*/\1 \2/p' "$T/help" | sort >"$T/letters"
sed -n '/^\.Sh OPTIONS/,/^\.Sh TESTS/s/^\.It Fl \(.\) , Fl -\([a-z-]*\)$/\1 \2/p' "$page" | sort >"$T/in-page"
sed 's/^h help$//; /^$/d' "$T/letters" >"$T/letters-told"
grep -v '^h help$' "$T/in-page" >"$T/letters-of-page"
same the_page_has_each_letter "$T/letters-told" "$T/letters-of-page"
sed -n 's/.* -s \(.\) -l \([a-z-]*\) .*/\1 \2/p' "$completions/slipway.fish" | grep -v '^h help$' |
	sort >"$T/fish"
same fish_has_each_letter "$T/letters-told" "$T/fish"

# The screen names each option once, below a topic that is there
sed -n '/^Options/,/^Topics/s/^  [a-z ]\{10\}//p' "$T/screen" | tr ' ' '\n' | sed 's/^-.,//; s/=.*/=/' | grep . |
	sort >"$T/on-screen"
same the_screen_has_each_option_once "$T/options" "$T/on-screen"
{
	sed -n '/^Options/,/^Topics/s/^  \([a-z]\{1,\}\) .*/\1/p' "$T/screen"
	sed -n 's/^Topics without options: \(.*\)\. Manual.*/\1/p' "$T/screen" | sed 's/, /\n/g'
} | sort >"$T/topics"
t_true help_has_topics test "$(wc -l <"$T/topics")" -ge 8
while read -r topic; do
	t_run "$SLIPWAY" help "$topic"
	if [ "$t_status" -ne 0 ] || [ "$(wc -l <"$T/out")" -gt 24 ]; then
		t_fail each_topic_is_a_screen "$topic: $t_status, $(wc -l <"$T/out") lines"
	fi
	grep '^  .*--' "$T/out" >>"$T/by-topic"
done <"$T/topics"
sort "$T/by-topic" >"$T/by-topic.sorted"
sort "$T/help" >"$T/help.sorted"
same the_topics_have_each_option_once "$T/help.sorted" "$T/by-topic.sorted"
t_refuses an_unknown_topic_is_refused 125 "there is no help for 'such'; topics are options, firmware" \
	"$SLIPWAY" help such
t_refuses one_topic_is_taken 125 "another one: 'nvram'" "$SLIPWAY" help firmware nvram
tr '\n' ' ' <"$T/topics" | sed 's/ $//' >"$T/line"
sed -n '/^\.It Cm help/,/^\.El/s/^\.Cm \([a-z]*\) [,.]$/\1/p' "$page" |
	grep -vx options | sort >"$T/in-page"
same the_page_has_each_topic "$T/topics" "$T/in-page"

# Words that an option may be stand in the help: "--accel=auto|kvm|tcg"
sed -n 's/^ .*--\([a-z-]*\)=\([a-z|]*|[a-z|]*\) .*/\1 \2/p' "$T/help" | tr '|' ' ' >"$T/values"
t_true help_has_values grep -qx 'accel auto kvm tcg' "$T/values"
while read -r option values; do
	t_contains "bash_has_the_values_of_$option" "--$option) _slipway_words \"$values\"" \
		"$completions/slipway.bash"
	t_contains "zsh_has_the_values_of_$option" ":($values)'" "$completions/slipway.zsh"
	t_contains "fish_has_the_values_of_$option" "-l $option -x -a '$values'" "$completions/slipway.fish"
	t_contains "the_page_has_the_values_of_$option" \
		"Fl -$option Ns = Ns Cm $(echo "$values" | sed 's/ / | /g')" "$page"
done <"$T/values"

# Each long option is understood: a refusal is of its value, or of the spec that is not there
while read -r option; do
	case $option in
	--version | --help) continue ;;
	*=) t_run "$SLIPWAY" plan "${option}x" "$T/no.xml" ;;
	*) t_run "$SLIPWAY" plan "$option" "$T/no.xml" ;;
	esac
	if [ "$t_status" -ne 125 ] || grep -q 'unknown option' "$T/err"; then
		t_fail "each_option_is_known" "$option: $t_status, $(head -n 1 "$T/err")"
	fi
done <"$T/options"
t_refuses another_option_is_not 125 "unknown option '--such'" "$SLIPWAY" plan --such "$T/no.xml"

# ---- commands ------------------------------------------------------------------------------------

sed -n '/^Options/q; s/^  \([a-z]\{1,9\}\)  *.*/\1/p' "$T/screen" | sort >"$T/commands"
t_true help_has_commands grep -qx doctor "$T/commands"
sed -n '/^\.Sh COMMANDS/,/^\.Sh OPTIONS/s/^\.It Cm \([a-z]*\).*/\1/p' "$page" | sort -u >"$T/in-page"
same the_page_has_each_command "$T/commands" "$T/in-page"
sed -n '/^\.Sh SYNOPSIS/,/^\.Sh DESCRIPTION/s/^\.\(Op \)\{0,1\}Cm \([a-z]*\).*/\2/p' "$page" |
	grep -vx 'show' | sort -u >"$T/in-page"
same the_synopsis_has_each_command "$T/commands" "$T/in-page"
sed -n 's/.*_slipway_words "\(run [a-z ]*\)".*/\1/p' "$completions/slipway.bash" | tr ' ' '\n' | sort >"$T/bash"
same bash_has_each_command "$T/commands" "$T/bash"
sed -n "s/^\t\t'\([a-z]*\):.*/\1/p" "$completions/slipway.zsh" | sort >"$T/zsh"
same zsh_has_each_command "$T/commands" "$T/zsh"
sed -n 's/.*__fish_use_subcommand -a \([a-z]*\) .*/\1/p' "$completions/slipway.fish" | sort >"$T/fish"
same fish_has_each_command "$T/commands" "$T/fish"

while read -r command; do
	t_run "$SLIPWAY" help "$command"
	if [ "$t_status" -ne 0 ] || ! grep -q "^usage: slipway $command " "$T/out"; then
		t_fail help_has_each_command "$command: $t_status"
	fi
	t_run "$SLIPWAY" "$command" --such
	if [ "$t_status" -ne 125 ] || ! grep -q "unknown option '--such'" "$T/err"; then
		t_fail each_command_is_known "$command: $t_status, $(head -n 1 "$T/err")"
	fi
done <"$T/commands"

# ---- exit statuses -------------------------------------------------------------------------------

sed -n '/^\.Sh EXIT STATUS/,/^\.Sh EXAMPLES/s/^\.It \([0-9]*\).*/\1/p' "$page" | sort -n | tr '\n' ' ' >"$T/statuses"
t_eq the_page_has_each_status '0 1 124 125 126 127 128 ' "$(cat "$T/statuses")"
t_run sed -n 's/^\tVERDICT_[A-Z]* = \([0-9]*\),.*/\1/p; s/^\tERROR_STATUS_[A-Z_]* = \([0-9]*\),.*/\1/p' \
	"$SRCDIR/launcher/act/verdict.h" "$SRCDIR/launcher/base/error.h"
t_eq the_code_has_each_status '0 1 124 125 126 127 128 ' "$(sort -n "$T/out" | tr '\n' ' ')"

# ---- the environment -----------------------------------------------------------------------------

# HOME is told with those that it stands in for
sed -n 's/.*\(getenv\|variable\|user_directory\)("\([A-Z_]*\)".*/\2/p' "$SRCDIR"/launcher/*.c | grep -vx HOME |
	sort -u >"$T/variables"
sed -n '/^\.Sh ENVIRONMENT/,/^\.Sh FILES/s/^\.It Ev //p' "$page" | sed 's/ , /\n/g' | sort >"$T/in-page"
same the_page_has_each_variable "$T/variables" "$T/in-page"

# ---- slipway.xml(5) ------------------------------------------------------------------------------

printf 'host debian12\n' >"$T/host"
root=$T/root
make_host "$root" "$T" "$T/host" || t_fail a_host_is_made debian12
awk '/^\.Bd -literal/ { inside = 1; next } /^\.Ed/ { inside = 0 } inside' "$xml_page" >"$T/example.xml"
plain plan --root="$root" --format=json "$T/example.xml"
t_eq the_smallest_spec_is_one 0 "$t_status"
t_contains the_smallest_spec_has_uefi '"interface": "uefi"' "$T/out"

# The examples of slipway(1) are understood: each ends because its spec is not there
cd "$T" || exit 1
mkdir -p empty
sed -n '/^\.Sh EXAMPLES/,/^\.Sh SEE/s/^\.Dl slipway //p' "$page" | sed "s,/mnt/image,$root," >"$T/examples"
t_true the_page_has_examples test "$(wc -l <"$T/examples")" -ge 3
while read -r example; do
	t_run sh -c "cd '$T/empty' && \"\$SLIPWAY\" $example"
	if ! grep -q 'vm.xml.*: No such file' "$T/out" "$T/err"; then
		t_fail each_example_is_understood "slipway $example: $(cat "$T/out" "$T/err")"
	fi
done <"$T/examples"

# ---- bash itself ---------------------------------------------------------------------------------

# completes NAME WANTED WORD...: what the last word can become
completes()
{
	completes_name=$1 completes_wanted=$2
	shift 2
	got=$(cd "$T/empty" && bash -c '. "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _slipway
		echo "${COMPREPLY[*]}"' bash "$completions/slipway.bash" "$@" 2>&1)
	t_eq "$completes_name" "$completes_wanted" "$got"
}

if reason=$(t_missing bash); then
	t_skip bash_completes "$reason"
else
	: >"$T/empty/vm.xml" && : >"$T/empty/vm.txt"
	completes bash_completes_a_command 'doctor' slipway 'do'
	completes bash_completes_an_option '--junit=' slipway test --ju
	completes bash_completes_a_value 'kvm' slipway plan --accel = k
	completes bash_completes_every_value 'auto kvm tcg' slipway plan --accel =
	completes bash_completes_a_spec 'vm.xml' slipway plan v
	completes bash_completes_what_nvram_does 'show reset save' slipway nvram ''
	completes bash_completes_topics "options $(cat "$T/line")" slipway help ''
fi

# ---- zsh and fish themselves: they read their files, and fish completes

t_contains zsh_completes_topics "compadd options $(cat "$T/line")" "$completions/slipway.zsh"
if reason=$(t_missing zsh); then
	t_skip zsh_reads_its_file "$reason"
else
	t_true zsh_reads_its_file zsh -n "$completions/slipway.zsh"
fi
if reason=$(t_missing fish); then
	t_skip fish_completes "$reason"
else
	# fish_completes NAME WANTED LINE
	fish_completes()
	{
		t_run env HOME="$T/empty" XDG_CONFIG_HOME="$T/empty" XDG_DATA_HOME="$T/empty" fish --no-config -c \
			"source '$completions/slipway.fish'; complete -C '$3'"
		t_eq "$1" "$2" "$(cut -f 1 "$T/out" | sort | tr '\n' ' ')"
	}
	fish_completes fish_completes_a_command 'doctor ' 'slipway do'
	fish_completes fish_completes_a_value '--accel=auto --accel=kvm --accel=tcg ' 'slipway plan --accel='
	fish_completes fish_completes_topics "$(echo options "$(cat "$T/line")" | tr ' ' '\n' | sort | tr '\n' ' ')" \
		'slipway help '
fi
t_done
