#!/bin/sh
# SPDX-License-Identifier: MIT
# A guest with a serial line and no graphics talks on this terminal: control characters reach it,
# Ctrl-A is QEMU's, and the terminal is what it was when the VM is over, however it ends.
. "$(dirname "$0")/../support/lib.sh"

export XDG_STATE_HOME="$T/state" XDG_RUNTIME_DIR="$T/run"
terminal=$BUILD/obj/tests/integration/terminal
seconds=120 # for a boot under TCG on a slow machine
if why=$(t_missing qemu-system-x86_64); then
	t_skip a_guest_talks_on_the_terminal "$why"
	t_done
fi

# A boot sector that switches line wrap off, says "ready", and shows each key K as <K>, a control
# character by its letter; q ends the VM with status 1 (isa-debug-exit)
sector()
{
	# mov dx,0x3f8; mov si,0x7c36; lodsb; or al,al; jz echo; out dx,al; jmp lodsb
	printf '\272\370\003\276\066\174\254\010\300\164\003\356\353\370'
	# echo: mov dx,0x3fd; in al,dx; test al,1; jz in; mov dx,0x3f8; in al,dx; cmp al,'q'; je end
	printf '\272\375\003\354\250\001\164\373\272\370\003\354\074\161\164\017'
	# mov ah,al; mov al,'<'; out dx,al; mov al,ah; or al,0x40; out dx,al; mov al,'>'; out dx,al; jmp
	printf '\210\304\260\074\356\210\340\014\100\356\260\076\356\353\341'
	# end: mov dx,0xf4; mov al,0; out dx,al; hlt; jmp hlt
	printf '\272\364\000\260\000\356\364\353\375'
	printf '\033[?7lready\r\n\000'
}
sector >"$T/sector.img"
truncate -s 510 "$T/sector.img"
printf '\125\252' >>"$T/sector.img"
truncate -s 1M "$T/sector.img"
name=slipway-terminal-$$
cat >"$T/vm.xml" <<-XML
	<domain type='qemu'>
	  <name>$name</name>
	  <memory unit='MiB'>64</memory>
	  <os><type arch='x86_64' machine='pc'>hvm</type></os>
	  <devices>
	    <disk type='file' device='disk'>
	      <driver name='qemu' type='raw'/>
	      <source file='$T/sector.img'/>
	      <target dev='vda' bus='virtio'/>
	      <readonly/>
	    </disk>
	    <console type='pty'/>
	    <memballoon model='none'/>
	  </devices>
	</domain>
XML

# begin OPTION...: the VM on a terminal; keys go to fd 3, what appears to $T/screen
begin()
{
	rm -f "$T/keys" "$T/report"
	mkfifo "$T/keys"
	"$terminal" "$T/report" timeout --foreground -k 5 "$seconds" "$SLIPWAY" run "$@" \
		"$T/vm.xml" -- -device isa-debug-exit,iobase=0xf4,iosize=1 \
		<"$T/keys" >"$T/screen" 2>"$T/err" &
	relay=$!
	exec 3>"$T/keys"
}

appears() # TEXT: within the VM's life
{
	while kill -0 "$relay" 2>/dev/null; do
		grep -aqF -e "$1" "$T/screen" && return
		sleep 0.2
	done
	grep -aqF -e "$1" "$T/screen"
}

end()
{
	exec 3>&-
	wait "$relay" || cat "$T/err"
}

restored() # TEST
{
	t_contains "$1: the modes are what they were" 'modes restored' "$T/report"
	t_contains "$1: reads wait as they did" 'blocking restored' "$T/report"
	t_contains "$1: lines wrap again" "$(printf '\033[?7h')" "$T/screen"
}

begin
if ! appears ready; then
	t_fail a_guest_talks_on_the_terminal 'it did not come up'
	cat "$T/screen" "$T/report"
	t_done
fi
t_ok a_guest_talks_on_the_terminal
printf '\003' >&3
t_true control_c_reaches_the_guest appears '<C>'
printf '\034\032' >&3
t_true the_other_signal_keys_reach_it_too appears '<Z>'
printf '\001\001' >&3
t_true control_a_twice_reaches_it_once appears '<A>'
printf '\001c' >&3
t_true control_a_c_is_the_monitor appears '(qemu)'
printf 'info status\r' >&3
t_true the_monitor_answers appears 'VM status: running'
printf '\001c' >&3
printf 'xq' >&3
end
t_contains the_guest_gives_the_status 'status 1' "$T/report"
restored the_guest_ended_it

begin
appears ready
printf '\001x' >&3
end
t_contains control_a_x_ends_the_vm 'status 0' "$T/report"
restored control_a_x_ended_it

begin
appears ready
pkill -KILL -f "guest=$name,"
end
t_contains the_status_is_that_of_a_killed_vm 'signal 9' "$T/report"
restored it_was_killed

begin
appears ready
pkill -TERM -f "guest=$name,"
end
restored it_was_told_to_end

# libvirt's meaning of the same line
begin --console=pty
t_true a_pseudo_terminal_is_libvirts_meaning appears 'char device redirected to /dev/pts/'
t_true then_the_terminal_is_not_the_guests test -z "$(grep -a ready "$T/screen")"
pkill -TERM -f "guest=$name,"
end
t_refuses a_test_has_no_pseudo_terminal 125 "--console=pty is not for a test" \
	"$SLIPWAY" test --console=pty "$T/vm.xml"

# Nobody stays behind, and a VM that is not on a terminal has nobody who waits for its end
t_true nobody_is_left test -z "$(pgrep -f "slipway run.*$T/vm.xml")"
t_done
