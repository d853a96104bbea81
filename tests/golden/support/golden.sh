# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2034 # what is set here is used by those that source it
# What the golden tests share: hosts made from recipes, and slipway run with nothing of this machine
# in sight. To be sourced behind tests/support/lib.sh.

golden=$SRCDIR/tests/golden
made_hosts= # those in $T/hosts

# make_host ROOT CASE-FOLDER RECIPE: the host of the recipe below ROOT
make_host()
{
	awk -v root="$1" -v hosts="$golden/hosts" -v here="$2" -f "$golden/support/host.awk" "$3" \
		>"$T/make-host" || return 1
	# shellcheck source=/dev/null # made a line above
	. "$T/make-host"
}

# host_of CASE-FOLDER: $root is its host. A recipe of the one line "host NAME" is made once for all.
host_of()
{
	host_line='' host_more=''
	if [ -f "$1/host" ]; then
		{ read -r host_line && read -r host_more; } <"$1/host" || :
	fi
	case "$host_more:$host_line" in
	:)
		root=$T/hosts/none
		mkdir -p "$root"
		;;
	:'host '*)
		root=$T/hosts/${host_line#host }
		case " $made_hosts " in
		*" ${host_line#host } "*) ;;
		*)
			make_host "$root" "$1" "$1/host" || return 1
			made_hosts="$made_hosts ${host_line#host }"
			;;
		esac
		;;
	*)
		root=$T/root
		chmod -R u+rwx "$root" 2>/dev/null
		rm -rf "$root"
		make_host "$root" "$1" "$1/host"
		;;
	esac
}

# plain ARGUMENT...: slipway in a clean environment; output to $T/out and $T/err, its status is
# $t_status. Descriptors of the user are looked for in /home/user/.config below the root.
plain()
{
	t_status=0
	env -i PATH=/usr/bin:/bin HOME=/home/user XDG_CONFIG_HOME=/home/user/.config \
		XDG_STATE_HOME="$T/state" XDG_RUNTIME_DIR="$T/run" LC_ALL=C ${ASAN_OPTIONS+"ASAN_OPTIONS=$ASAN_OPTIONS"} \
		"$SLIPWAY" "$@" >"$T/out" 2>"$T/err" </dev/null || t_status=$?
}

# What the output of a run is called in a file: the same for every user and temporary folder
names()
{
	echo "$root=@ROOT@ $T/state/slipway/nvram=@NVRAM@ /var/lib/slipway/nvram=@NVRAM@ $PWD=@CASE@ $SRCDIR=@SOURCE@" \
		"$T/state/slipway=/var/lib/slipway $T/run/slipway=/run/slipway"
}
