/* SPDX-License-Identifier: MIT */
/*
 * A guest of one sector: reads `blocks` times 32 KiB from its disk by the BIOS, one piece behind
 * the other, and ends QEMU through the device isa-debug-exit (status 33).
 */
	.code16
	.text
	.globl _start
_start:
	cli
	xorw	%ax, %ax
	movw	%ax, %ds
	movw	%ax, %ss
	movw	$0x7c00, %sp
	sti
	movw	$0x7c00 + blocks - _start, %bx
	movw	(%bx), %cx
next:
	jcxz	done
	pushw	%cx
	movw	$0x7c00 + packet - _start, %si
	movb	$0x42, %ah
	movb	$0x80, %dl
	int	$0x13
	popw	%cx
	movw	$0x7c00 + packet - _start + 8, %bx
	addw	$64, (%bx)
	adcw	$0, 2(%bx)
	decw	%cx
	jmp	next
done:
	movw	$0xf4, %dx
	movb	$0x10, %al
	outb	%al, %dx
	hlt

	.balign	4
packet:
	.byte	16, 0
	.word	64
	.word	0, 0x1000
	.long	0, 0
blocks:
	.word	BLOCKS

	.org	510
	.word	0xaa55
