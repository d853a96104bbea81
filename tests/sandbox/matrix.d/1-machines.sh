# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2034,SC2086,SC2154 # a part of matrix.sh: its words and variables
# Machines, processors and memory.

both plain_pc '' "$booted" -M pc $disk
both q35 '' "$booted" -M q35 $disk
both four_processors '' "$booted" -M q35 -smp 4 $disk
both three_hundred_megabytes '' "$booted" -M pc -m 300 $disk
both microvm '' "$started" -M microvm
one single_thread '' "$booted" -M pc -accel tcg,thread=single -smp 2 $disk
one split_code_memory memfd "$booted" -M pc -accel tcg,split-wx=on $disk
both reset_and_stop '' "$booted
"'{"execute":"system_reset"}
{"execute":"stop"}
{"execute":"cont"}
{"execute":"human-monitor-command","arguments":{"command-line":"info registers"}}' -M pc $disk
both processor_plugged '' '{"execute":"device_add","arguments":{"driver":"qemu64-x86_64-cpu","id":"c1","socket-id":1,"core-id":0,"thread-id":0}}' \
	-M q35 -cpu qemu64 -smp 1,maxcpus=2,sockets=2 $disk
both memory_plugged '' '{"execute":"object-add","arguments":{"qom-type":"memory-backend-ram","id":"m1","size":134217728}}
{"execute":"device_add","arguments":{"driver":"pc-dimm","id":"d1","memdev":"m1"}}' -M q35 -m 64,slots=2,maxmem=1G

both memory_memfd memfd "$booted" -M q35,memory-backend=m -object memory-backend-memfd,id=m,size=64M,share=on,seal=on $disk
both memory_file hugepages "$booted" -M q35,memory-backend=m -object memory-backend-file,id=m,size=64M,mem-path=$T/home,share=on $disk
both memory_prealloc '' "$booted" -M q35,memory-backend=m -object memory-backend-ram,id=m,size=64M,prealloc=on,prealloc-threads=2 $disk
both memory_host_nodes numa "$booted" -M q35,memory-backend=m -object memory-backend-ram,id=m,size=64M,host-nodes=0,policy=bind,prealloc=on $disk
EXTRA=--keep-capabilities
both memory_locked mem-lock "$started" -M q35 -overcommit mem-lock=on -m 4
both memory_balloon '' "$booted"'
{"execute":"balloon","arguments":{"value":33554432}}' -M q35 -device virtio-balloon-pci $disk
both memory_nvdimm '' "$started" -M q35,nvdimm=on -m 64,slots=1,maxmem=1G \
	-object memory-backend-file,id=m1,share=on,mem-path=$T/home/nvdimm,size=16M -device nvdimm,memdev=m1
both memory_merged_and_dumped '' '{"execute":"dump-guest-memory","arguments":{"paging":false,"protocol":"file:'"$T"'/home/core"}}' \
	-M q35,mem-merge=on,dump-guest-core=off
if [ "$mode" = --mode=strict ]; then
	both threads_pinned numa "$started" -M q35 -object thread-context,id=t,cpu-affinity=0 \
		-object memory-backend-ram,id=m,size=16M,prealloc=on,prealloc-context=t
fi

firmware=/usr/share/OVMF/OVMF_CODE_4M.fd
if [ -r $firmware ] && wanted tcg_ovmf; then
	fresh
	cp /usr/share/OVMF/OVMF_VARS_4M.fd "$T/home/vars.fd"
	EXTRA="--path=$firmware:r"
	tcg ovmf '' "!text $T/home/serial BdsDxe" -M q35 -m 256 -serial file:$T/home/serial \
		-blockdev driver=file,filename=$firmware,node-name=c,read-only=on \
		-blockdev driver=file,filename=$T/home/vars.fd,node-name=v -machine pflash0=c,pflash1=v
elif wanted tcg_ovmf; then
	t_skip tcg_ovmf "no $firmware"
fi

# other NAME POLICIES SCRIPT ARGUMENT...
other()
{
	wanted "$1" || return 0
	fresh
	other_name=$1 other_policies=$2 other_script=$3
	shift 3
	run "$other_name" "$other_policies" "$other_script" "$@"
}
firmware=/usr/share/AAVMF/AAVMF_CODE.fd
other no_machine tcg '{"execute":"query-machines"}
{"execute":"query-cpu-definitions"}
{"execute":"qom-list-types"}' "$X86" -M none -display none
other aarch64_virt tcg "$started" "$ARM64" -M virt -cpu max -m 128 -display none -smp 2
other aarch64_32_bit tcg "$started" "$ARM64" -M virt -cpu cortex-a15 -m 128 -display none
if [ -r $firmware ]; then
	fresh
	EXTRA="--path=$firmware:r" other aarch64_uefi tcg "!text $T/home/serial UEFI" "$ARM64" -M virt \
		-cpu cortex-a57 -m 256 -display none -serial file:$T/home/serial \
		-drive if=pflash,unit=0,format=raw,readonly=on,file=$firmware
elif wanted aarch64_uefi; then
	t_skip aarch64_uefi "no $firmware"
fi
other riscv64_virt tcg "$started" "$RISCV" -M virt -m 128 -display none -smp 2
