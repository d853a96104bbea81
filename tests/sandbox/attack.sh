#!/bin/sh
# SPDX-License-Identifier: MIT
# The attacker in QEMU's place: every attempt in a process of its own, as root and as nobody, in the
# cage of a plain KVM guest and in that of a guest with everything on. What each could do is compared
# with verdicts.txt.
#
#	attack.sh [--update | --open]
#
# --update writes verdicts.txt anew (look at the difference); --open counts what is possible without
# a cage, which says how much the attempts are worth on this host.
set -u
# shellcheck source=tests/support/lib.sh
. "$(dirname "$0")/../support/lib.sh"
# shellcheck source=tests/sandbox/lib.sh
. "$SRCDIR/tests/sandbox/lib.sh"

VERDICTS=$SRCDIR/tests/sandbox/verdicts.txt
plain=base,kvm,qemu-sandbox
busy=base,tcg,user-network,tcp-listen,unix-client,unix-listen,vnc,pty,memfd,tap,vhost,migration,aio-native,qemu-sandbox
signal_status=159 # 128 + SIGSYS

# stage USER: what the attacker finds, of USER
stage()
{
	S=$T/stage-$1
	mkdir -p "$S/home"
	echo secret >"$S/secret"
	echo readable >"$S/readable"
	: >"$S/home/file"
	[ "$1" = "$me" ] || chown -R "$1" "$S"
	chmod 711 "$T" "$S"
}

# as USER COMMAND...
as()
{
	as_user=$1
	shift
	if [ "$as_user" = "$me" ]; then
		"$@"
	else
		setpriv --reuid="$as_user" --regid="$(id -g "$as_user")" --clear-groups "$@"
	fi
}

# cage KIND: the options of run_confined
cage()
{
	case $1 in
	plain) echo "--policy=$plain" ;;
	busy) echo "--policy=$busy" ;;
	last-byte) echo "--last-byte --policy=$plain" ;;
	no-landlock) echo "--no-landlock --policy=$plain" ;;
	open) echo "--mode=off" ;;
	esac
	echo "--path=/usr:r --path=/lib:r --path=/lib64:r --path=/dev/null:rwd" \
		"--path=$S/readable:r --path=$S/home:rw"
}

# attempt USER KIND NAME: killed, refused or possible
attempt()
{
	attempt_status=0
	# shellcheck disable=SC2046 # options are several words
	SECRET=$S/secret HOME_DIR=$S/home READABLE=$S/readable VICTIM=$victim \
		SERVER=$S/server ABSTRACT=slipway-$$-$1 TRUE_PROGRAM=/usr/bin/true \
		as "$1" timeout 20 "$CONFINED" $(cage "$2") -- "$ATTACKER" "$3" \
		>/dev/null 2>"$T/err" </dev/null || attempt_status=$?
	case $attempt_status in
	0) echo possible ;;
	"$signal_status") echo killed ;;
	1 | 11 | 139) echo refused ;; # 11, 139: a foreign ABI that this kernel has not
	*) echo "status-$attempt_status" ;;
	esac
}

# try_all USER KIND [GROUP]: GROUP NAME LAYER VERDICT of every attempt, or those of one group
try_all()
{
	stage "$1"
	mkfifo "$S/alive" "$S/number"
	as "$1" "$ATTACKER" --victim "$S/server" "slipway-$$-$1" <"$S/alive" >"$S/number" &
	exec 9>"$S/alive"
	read -r victim <"$S/number"
	while read -r group name layer; do
		if [ "$2 $name" = "open sync" ] || [ "${3-$group}" != "$group" ]; then continue; fi
		[ -e "$S/secret" ] || echo secret >"$S/secret"
		echo "$group $name $layer $(attempt "$1" "$2" "$name")"
	done <"$T/list"
	exec 9>&-
	wait
	rm -rf "$S"
}

me=$(id -un)
if ! sandbox_reason=$(sandbox_driver && sandbox_attacker); then
	t_skip attacks_are_as_the_table_says "$sandbox_reason"
	t_done
fi
"$ATTACKER" --list >"$T/list"
abi=$("$CONFINED" --abi)
users=$me
if [ "$me" = root ] && command -v setpriv >/dev/null; then users="root nobody"; fi

if [ "${1-}" = --open ]; then
	for user in $users; do
		try_all "$user" open >"$T/open"
		echo "$user without a cage: $(grep -c possible "$T/open") of $(wc -l <"$T/open") possible"
		try_all "$user" no-landlock >"$T/open"
		echo "$user without Landlock: $(grep -c possible "$T/open") of $(wc -l <"$T/open") possible"
	done
	exit 0
fi

for kind in plain busy; do
	for user in $users; do
		column=$kind-$([ "$user" = root ] && echo root || echo nobody)
		try_all "$user" "$kind" >"$T/$column"
	done
done

if [ "${1-}" = --update ]; then
	[ "$users" = "root nobody" ] || { echo "attack.sh: --update needs root and setpriv" >&2; exit 1; }
	{
		sed -n '/^#/p' "$VERDICTS"
		cut -d ' ' -f 1-2,4 "$T/plain-root" >"$T/rows"
		for column in plain-nobody busy-root busy-nobody; do
			cut -d ' ' -f 4 "$T/$column" | paste -d ' ' "$T/rows" - >"$T/rows.new"
			mv "$T/rows.new" "$T/rows"
		done
		sort "$T/rows"
	} >"$T/verdicts"
	cp "$T/verdicts" "$VERDICTS"
	exit 0
fi

# compare COLUMN FIELD: one test for each group of attempts
compare()
{
	cut -d ' ' -f 1 "$T/$1" | sort -u >"$T/groups"
	while read -r group; do
		grep "^$group " "$T/$1" >"$T/group"
		if [ "$abi" -lt 6 ] && grep -q ' landlock ' "$T/group"; then
			t_skip "attacks_on_${group}_in_the_cage_$1" "Landlock of this kernel is version $abi"
			continue
		fi
		while read -r _ name _ verdict; do
			wanted=$(awk -v n="$name" -v f="$2" '$2 == n { print $f }' "$VERDICTS")
			[ "$wanted" = "$verdict" ] || echo "$name: ${wanted:-not in the table}, now $verdict"
		done <"$T/group" >"$T/differences"
		if [ -s "$T/differences" ]; then
			t_fail "attacks_on_${group}_in_the_cage_$1" "verdicts.txt says otherwise"
			sed 's/^/    /' "$T/differences"
		else
			t_ok "attacks_on_${group}_in_the_cage_$1"
		fi
	done <"$T/groups"
	echo "attempts $1: $(wc -l <"$T/$1"), possible $(grep -c ' possible$' "$T/$1")," \
		"refused $(grep -c ' refused$' "$T/$1"), killed $(grep -c ' killed$' "$T/$1")"
}

# The second way to one exec, as where somebody else listens already
for user in $users; do
	try_all "$user" last-byte execution >"$T/last-byte"
	if grep ' possible$' "$T/last-byte" >"$T/differences"; then
		t_fail "no_exec_after_the_second_way_as_$user" "it was possible"
		sed 's/^/    /' "$T/differences"
	else
		t_eq "no_exec_after_the_second_way_as_$user" 11 "$(wc -l <"$T/last-byte")"
	fi
done

field=2
for column in plain-root plain-nobody busy-root busy-nobody; do
	field=$((field + 1))
	if [ -e "$T/$column" ]; then
		compare "$column" "$field"
	else
		t_skip "attacks_in_the_cage_$column" "this is $me, and needs root with setpriv"
	fi
done
t_done
