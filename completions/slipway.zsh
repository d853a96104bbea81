#compdef slipway
# SPDX-License-Identifier: MIT
# zsh completion for slipway(1); tests/integration/help.sh compares it with slipway --help.

_slipway()
{
	local context state state_descr line
	typeset -A opt_args

	_arguments -S \
		'--firmware=[which firmware]:firmware:_slipway_firmware' \
		'--secure-boot=[firmware with or without Secure Boot]:choice:(auto yes no)' \
		'--nvram=[where the UEFI variables live]:store:_slipway_nvram' \
		'--reset-nvram[start from the template]' \
		'(-x --ephemeral)'{-x,--ephemeral}'[nothing is kept]' \
		'--accel=[accelerator]:accelerator:(auto kvm tcg)' \
		'--sandbox=[layers around QEMU]:mode:(on require log off)' \
		'*--sandbox-path=[another path QEMU may open]:path:_files' \
		'--emulator=[the QEMU binary]:program:_files' \
		'--root=[look for firmware below a folder]:folder:_directories' \
		'--format=[form of the output]:format:(text shell json)' \
		'--dry-run[print the command line, start nothing]' \
		'--lenient[unsupported parts only warn]' \
		'*--expect=[must appear on the console]:regex:' \
		'*--forbid=[must not appear]:regex:' \
		'--timeout=[how long a test may take]:time:' \
		'--console-log=[console with time stamps]:file:_files' \
		'--junit=[result as JUnit XML]:file:_files' \
		'--success-exit=[status of QEMU that means passed]:status:' \
		'*--send=[what to type when a text appears]:regex and text:' \
		'--ready[passed when the guest says READY=1]' \
		'--reboots=[how often the guest may reboot]:number:' \
		'--silence=[failed after so long without output]:time:' \
		'--allow-shell[a shell, menu or network boot is no failure]' \
		'--keep[keep what the guest writes]' \
		'--console=[the console on stdout]:form:(clean raw off pty)' \
		'--screenshot=[the screen of a guest that failed]:file:_files' \
		'--screenshot-always[and of one that passed]' \
		'--jobs=[so many specs at a time]:number:' \
		'(-q --quiet)'{-q,--quiet}'[no warnings]' \
		'(-v --verbose)'{-v,--verbose}'[say what was decided, and why]' \
		'--version[print the version]' \
		'(-h --help)'{-h,--help}'[print a summary]' \
		'1:command or spec:_slipway_first' \
		'*:spec:_slipway_spec'
}

_slipway_first()
{
	local -a commands=(
		'run:start it'
		'plan:what run would do'
		'test:boot, watch, tell pass from fail'
		'exec:an existing command line, confined'
		'firmware:every firmware, chosen or why not'
		'nvram:the UEFI variable store'
		'policy:what QEMU may call and open'
		'doctor:what is wrong on this host'
		'help:more on a topic'
	)

	_describe -t commands command commands
	_slipway_spec
}

_slipway_spec()
{
	if [[ ${words[2]} == nvram && CURRENT -eq 3 ]]; then
		compadd show reset save
	elif [[ ${words[2]} == help ]]; then
		compadd options firmware libvirt nvram output sandbox start status test
	else
		_files -g '*.xml'
	fi
}

_slipway_firmware()
{
	compadd auto uefi bios none
	_files
}

_slipway_nvram()
{
	compadd auto ephemeral
	_files
}

_slipway "$@"
