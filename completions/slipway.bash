# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# bash completion for slipway(1); tests/integration/help.sh compares it with slipway --help.

_slipway_words()
{
	local word
	while read -r word; do
		COMPREPLY+=("$word")
	done < <(compgen -W "$1" -- "$2")
}

# Files whose name ends in $1 (any, where it is empty), and folders
_slipway_files()
{
	local file
	compopt -o filenames 2>/dev/null
	while read -r file; do
		if [[ -d $file || $file == *"$1" ]]; then
			COMPREPLY+=("$file")
		fi
	done < <(compgen -f -- "$2")
}

_slipway_value()
{
	case $1 in
	--firmware) _slipway_words "auto uefi bios none" "$2" && _slipway_files "" "$2" ;;
	--secure-boot) _slipway_words "auto yes no" "$2" ;;
	--nvram) _slipway_words "auto ephemeral" "$2" && _slipway_files "" "$2" ;;
	--accel) _slipway_words "auto kvm tcg" "$2" ;;
	--sandbox) _slipway_words "on require log off" "$2" ;;
	--format) _slipway_words "text shell json" "$2" ;;
	--console) _slipway_words "clean raw off pty" "$2" ;;
	--emulator | --root | --sandbox-path | --console-log | --junit | --screenshot)
		_slipway_files "" "$2"
		;;
	--expect | --forbid | --timeout | --success-exit | --send | --reboots | --silence | --jobs) ;;
	*) return 1 ;;
	esac
}

_slipway()
{
	local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
	local before=${COMP_WORDS[COMP_CWORD - 2]-}
	local options="--firmware= --secure-boot= --nvram= --reset-nvram --ephemeral --accel=
		--sandbox= --sandbox-path= --emulator= --root= --format= --dry-run --lenient --expect=
		--forbid= --timeout= --console-log= --junit= --success-exit= --send= --ready
		--reboots= --silence= --allow-shell --keep --console= --screenshot=
		--screenshot-always --jobs= --quiet --verbose --version --help"

	COMPREPLY=()
	# bash takes "=" for a word of its own
	if [[ $current == "=" ]]; then
		_slipway_value "$previous" "" && return
	elif [[ $previous == "=" ]]; then
		_slipway_value "$before" "$current" && return
	else
		_slipway_value "$previous" "$current" && return
	fi
	if [[ $current == -* ]]; then
		compopt -o nospace 2>/dev/null
		_slipway_words "$options" "$current"
		return
	fi
	if ((COMP_CWORD == 1)); then
		_slipway_words "run plan test exec firmware nvram policy doctor help" "$current"
	elif ((COMP_CWORD == 2)) && [[ $previous == nvram ]]; then
		_slipway_words "show reset save" "$current"
		return
	elif ((COMP_CWORD == 2)) && [[ $previous == help ]]; then
		_slipway_words "options firmware libvirt nvram output sandbox start status test" "$current"
		return
	fi
	_slipway_files .xml "$current"
}

complete -F _slipway slipway
