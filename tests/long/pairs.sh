#!/bin/sh
# SPDX-License-Identifier: MIT
# Every CODE with every store, by real firmware: what slipway accepts boots twice in real QEMU (TCG) and
# remembers it; what QEMU would take and the guest hang or forget with is refused before it starts.
. "$(dirname "$0")/../support/lib.sh"

ovmf=/usr/share/OVMF
aavmf=/usr/share/AAVMF
unpadded=/usr/share/qemu-efi-aarch64/QEMU_EFI.fd
guests=$BUILD/examples/guest
seconds=240
export XDG_STATE_HOME="$T/state"

for arch in x86_64 aarch64; do
	if why=$(t_missing "qemu-system-$arch"); then t_skip "pairs_$arch" "$why"; fi
done
[ -e "$guests/hello-x86_64.img" ] || t_skip pairs "the guests are not built: make guests"
mkdir -p "$T/examples"
ln -s "$guests" "$T/examples/guest"
sed '/<firmware>/,/<\/firmware>/d' "$SRCDIR/examples/hello.xml" >"$T/examples/x86_64.xml"
cp "$SRCDIR/examples/hello-aarch64.xml" "$T/examples/aarch64.xml"

# made-up stores, all of them seen in the field
truncate -s 540672 "$T/zeros-4m.fd"
truncate -s 131072 "$T/zeros-2m.fd"
truncate -s 64M "$T/zeros-64m.fd"
truncate -s 262144 "$T/cut.fd"
truncate -s 0 "$T/empty.fd"
truncate -s 296960 "$T/odd.fd"
truncate -s 5M "$T/five.fd"
truncate -s 4M "$T/four.fd"
for half in CODE VARS; do
	[ -e $ovmf/OVMF_${half}_4M.fd ] && command -v qemu-img >/dev/null &&
		qemu-img convert -O qcow2 $ovmf/OVMF_${half}_4M.fd "$T/$half.qcow2"
done

# there FILE...: all of them are, or the test is skipped by name
there()
{
	t_test=$1
	shift
	for file; do
		[ -e "$file" ] || { t_skip "$t_test" "no $file"; return 1; }
	done
}

# boots NAME ARCH CODE VARS TEXT [OPTION...]: accepted, and the guest (or the firmware) says TEXT
boots()
{
	name=$1 arch=$2 code=$3 vars=$4 text=$5
	shift 5
	there "$name" "$code" "$vars" || return 0
	t_run timeout "$seconds" "$SLIPWAY" --firmware="$code:$vars" --nvram="$T/$name.fd" "$@" \
		"$T/examples/$arch.xml"
	tr -d '\r' <"$T/out" >"$T/console"
	t_contains "$name: first boot" "$text" "$T/console"
}

# remembers NAME ARCH CODE VARS: two boots, counted
remembers()
{
	boots "$1" "$2" "$3" "$4" "boot count 1"
	boots "$1" "$2" "$3" "$4" "boot count 2"
}

# with_os NAME OS-ELEMENTS: $T/examples/NAME.xml is the x86_64 guest with these in its <os>
with_os()
{
	sed -e "s|<os firmware='efi'>|<os>|" -e "s|</os>|$2</os>|" "$T/examples/x86_64.xml" \
		>"$T/examples/$1.xml"
}

# spec_boots NAME TEXT: by the spec alone
spec_boots()
{
	t_run timeout "$seconds" "$SLIPWAY" --nvram="$T/$1.fd" "$T/examples/$1.xml"
	tr -d '\r' <"$T/out" >"$T/console"
	t_contains "$1: $2" "$2" "$T/console"
}

# refuses NAME ARCH CODE VARS TEXT: 125 before anything is made
refuses()
{
	there "$1" "$3" || return 0
	t_refuses "$1" 125 "$5" "$SLIPWAY" --firmware="$3:$4" --nvram="$T/$1.fd" "$T/examples/$2.xml"
	t_eq "$1: nothing is made" "" "$(ls "$T/$1.fd" 2>/dev/null)"
}

remembers code_4m_vars_4m x86_64 $ovmf/OVMF_CODE_4M.fd $ovmf/OVMF_VARS_4M.fd
remembers code_2m_vars_2m x86_64 $ovmf/OVMF_CODE.fd $ovmf/OVMF_VARS.fd
remembers secboot_4m_vars_4m x86_64 $ovmf/OVMF_CODE_4M.secboot.fd $ovmf/OVMF_VARS_4M.fd
remembers aavmf aarch64 $aavmf/AAVMF_CODE.fd $aavmf/AAVMF_VARS.fd
remembers aavmf_zeros aarch64 $aavmf/AAVMF_CODE.fd "$T/zeros-64m.fd"
remembers unpadded_code aarch64 $unpadded $aavmf/AAVMF_VARS.fd

# a store of zeros on x86: boots, remembers nothing, and slipway says so
boots code_4m_zeros x86_64 $ovmf/OVMF_CODE_4M.fd "$T/zeros-4m.fd" "boot count 1"
boots code_4m_zeros x86_64 $ovmf/OVMF_CODE_4M.fd "$T/zeros-4m.fd" "boot count 1"
t_contains "code_4m_zeros: is warned of" "nothing but zeros" "$T/err"

# both halves as qcow2; a raw store of a raw template beside qcow2 CODE; no store at all
if there qcow2_pair "$T/CODE.qcow2" "$T/VARS.qcow2"; then
	loader="<loader readonly='yes' type='pflash' format='qcow2'>$T/CODE.qcow2</loader>"
	with_os qcow2_pair "$loader<nvram template='$T/VARS.qcow2' templateFormat='qcow2'/>"
	spec_boots qcow2_pair "boot count 1"
	spec_boots qcow2_pair "boot count 2"
	with_os qcow2_code_raw_store \
		"$loader<nvram template='$ovmf/OVMF_VARS_4M.fd' templateFormat='raw' format='raw'/>"
	spec_boots qcow2_code_raw_store "boot count 1"
	spec_boots qcow2_code_raw_store "boot count 2"
	with_os raw_code_as_qcow2 "<loader readonly='yes' type='pflash' format='qcow2'>$ovmf/OVMF_CODE_4M.fd</loader><nvram template='$T/VARS.qcow2'/>"
	t_refuses raw_code_as_qcow2 125 "is said to be qcow2 and is not" "$SLIPWAY" "$T/examples/raw_code_as_qcow2.xml"
	refuses qcow2_code_as_raw x86_64 "$T/CODE.qcow2" $ovmf/OVMF_VARS_4M.fd "is said to be raw and is qcow2"
	# a template of another format than the store is converted
	remembers raw_code_qcow2_template x86_64 $ovmf/OVMF_CODE_4M.fd "$T/VARS.qcow2"
fi
if there code_without_a_store $ovmf/OVMF_CODE_4M.fd; then
	with_os code_without_a_store "<loader readonly='yes' type='pflash' stateless='yes'>$ovmf/OVMF_CODE_4M.fd</loader>"
	spec_boots code_without_a_store "boot count 1"
	spec_boots code_without_a_store "boot count 1"
fi

refuses code_of_odd_size x86_64 "$T/odd.fd" $ovmf/OVMF_VARS_4M.fd "multiples of 4096"
refuses more_than_8_mib x86_64 "$T/five.fd" "$T/four.fd" "more than the 8388608 bytes"
refuses code_4m_vars_2m x86_64 $ovmf/OVMF_CODE_4M.fd $ovmf/OVMF_VARS.fd "2M store"
refuses code_2m_vars_4m x86_64 $ovmf/OVMF_CODE.fd $ovmf/OVMF_VARS_4M.fd "4M store"
refuses code_4m_zeros_2m x86_64 $ovmf/OVMF_CODE_4M.fd "$T/zeros-2m.fd" "2M store"
refuses code_as_store x86_64 $ovmf/OVMF_CODE_4M.fd $ovmf/OVMF_CODE_4M.fd "firmware"
refuses store_as_code x86_64 $ovmf/OVMF_VARS_4M.fd $ovmf/OVMF_VARS_4M.fd "variable store"
refuses cut_store x86_64 $ovmf/OVMF_CODE_4M.fd "$T/cut.fd" "262144"
refuses empty_store x86_64 $ovmf/OVMF_CODE_4M.fd "$T/empty.fd" "empty"
refuses x86_code_for_arm aarch64 $ovmf/OVMF_CODE_4M.fd $aavmf/AAVMF_VARS.fd "x86"
refuses arm_code_for_x86 x86_64 $aavmf/AAVMF_CODE.fd $ovmf/OVMF_VARS_4M.fd "aarch64 firmware"
refuses arm32_code_for_arm64 aarch64 $aavmf/AAVMF32_CODE.fd $aavmf/AAVMF_VARS.fd "arm firmware"
refuses missing_code x86_64 $ovmf/OVMF_CODE_4M.fd "$T/none.fd" "No such file"
t_done
