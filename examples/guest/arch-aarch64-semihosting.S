/* SPDX-License-Identifier: MIT */
/*
 * void semihosting_try(uint64_t operation, const void *block): a call that survives its absence.
 *
 * Where semihosting is off, its instruction (hlt #0xf000) is undefined and would end in the
 * firmware's exception dump. So for this one instruction the exception vectors are ours, and step
 * over it. Nothing else can arrive meanwhile: interrupts are masked. UEFI runs at EL1, or at EL2
 * with virtualization=on. A vector table is 2 KiB aligned, an entry 128 bytes long; 0x000 and 0x200
 * are synchronous exceptions on SP_EL0 and SP_ELx (Arm Architecture Reference Manual, DDI 0487,
 * exception vectors).
 */

	.text

/* x9 CurrentEL, x10 interrupt mask, x12 the firmware's vectors: registers a call may change. */
	.globl	semihosting_try
	.p2align 2
semihosting_try:
	mrs	x10, daif
	msr	daifset, #0xf
	adrp	x11, vectors
	add	x11, x11, :lo12:vectors
	mrs	x9, CurrentEL
	cmp	x9, #8		/* EL2; bits 3:2 hold the level */
	b.eq	1f
	mrs	x12, vbar_el1
	msr	vbar_el1, x11
	isb
	hlt	#0xf000
	msr	vbar_el1, x12
	b	2f
1:	mrs	x12, vbar_el2
	msr	vbar_el2, x11
	isb
	hlt	#0xf000
	msr	vbar_el2, x12
2:	isb
	msr	daif, x10
	ret

	.p2align 11
vectors:
	b	step_over
	.p2align 7
	b	.
	.p2align 7
	b	.
	.p2align 7
	b	.
	.p2align 7
	b	step_over	/* 0x200 */

step_over:
	cmp	x9, #8
	b.eq	3f
	mrs	x11, elr_el1
	add	x11, x11, #4
	msr	elr_el1, x11
	eret
3:	mrs	x11, elr_el2
	add	x11, x11, #4
	msr	elr_el2, x11
	eret
