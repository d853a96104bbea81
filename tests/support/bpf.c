/* SPDX-License-Identifier: MIT */
#include "support/bpf.h"

#include <string.h>

struct machine {
	uint32_t accumulator;
	uint32_t index;
	uint32_t scratch[BPF_MEMWORDS];
};

static bool load_word(const struct seccomp_data *call, uint32_t offset, uint32_t *ret_word)
{
	if (offset % sizeof(*ret_word) != 0 || offset > sizeof(*call) - sizeof(*ret_word))
		return false;
	memcpy(ret_word, (const char *)call + offset, sizeof(*ret_word));
	return true;
}

static bool calculate(struct machine *machine, const struct sock_filter *instruction)
{
	uint32_t operand = BPF_SRC(instruction->code) == BPF_X ? machine->index : instruction->k;

	switch (BPF_OP(instruction->code)) {
	case BPF_ADD:
		machine->accumulator += operand;
		return true;
	case BPF_SUB:
		machine->accumulator -= operand;
		return true;
	case BPF_AND:
		machine->accumulator &= operand;
		return true;
	case BPF_OR:
		machine->accumulator |= operand;
		return true;
	case BPF_XOR:
		machine->accumulator ^= operand;
		return true;
	case BPF_LSH:
		machine->accumulator = operand < 32 ? machine->accumulator << operand : 0;
		return true;
	case BPF_RSH:
		machine->accumulator = operand < 32 ? machine->accumulator >> operand : 0;
		return true;
	default:
		return false;
	}
}

/* How many instructions are jumped over. */
static bool jump(
	const struct machine *machine, const struct sock_filter *instruction, size_t *ret_distance)
{
	uint32_t operand = BPF_SRC(instruction->code) == BPF_X ? machine->index : instruction->k;
	bool taken;

	switch (BPF_OP(instruction->code)) {
	case BPF_JA:
		*ret_distance = instruction->k;
		return true;
	case BPF_JEQ:
		taken = machine->accumulator == operand;
		break;
	case BPF_JGT:
		taken = machine->accumulator > operand;
		break;
	case BPF_JGE:
		taken = machine->accumulator >= operand;
		break;
	case BPF_JSET:
		taken = (machine->accumulator & operand) != 0;
		break;
	default:
		return false;
	}
	*ret_distance = taken ? instruction->jt : instruction->jf;
	return true;
}

static bool load(struct machine *machine, const struct sock_filter *instruction,
	const struct seccomp_data *call)
{
	switch (instruction->code) {
	case BPF_LD | BPF_W | BPF_ABS:
		return load_word(call, instruction->k, &machine->accumulator);
	case BPF_LD | BPF_IMM:
		machine->accumulator = instruction->k;
		return true;
	case BPF_LDX | BPF_IMM:
		machine->index = instruction->k;
		return true;
	case BPF_LD | BPF_MEM:
	case BPF_LDX | BPF_MEM:
		if (instruction->k >= BPF_MEMWORDS)
			return false;
		*(BPF_CLASS(instruction->code) == BPF_LD ? &machine->accumulator
							 : &machine->index) =
			machine->scratch[instruction->k];
		return true;
	default:
		return false;
	}
}

static bool store_or_move(struct machine *machine, const struct sock_filter *instruction)
{
	switch (instruction->code) {
	case BPF_ST:
	case BPF_STX:
		if (instruction->k >= BPF_MEMWORDS)
			return false;
		machine->scratch[instruction->k] =
			instruction->code == BPF_ST ? machine->accumulator : machine->index;
		return true;
	case BPF_MISC | BPF_TAX:
		machine->index = machine->accumulator;
		return true;
	case BPF_MISC | BPF_TXA:
		machine->accumulator = machine->index;
		return true;
	default:
		return false;
	}
}

bool bpf_run_counted(const struct sock_filter *instructions, size_t count,
	const struct seccomp_data *call, uint32_t *ret_action, size_t *ret_steps)
{
	struct machine machine = {.accumulator = 0, .index = 0, .scratch = {0}};

	*ret_steps = 0;
	/* Jumps go forward only, so each instruction runs once at most. */
	for (size_t i = 0; i < count; i++) {
		const struct sock_filter *instruction = &instructions[i];
		size_t distance = 0;
		bool understood = false;

		++*ret_steps;
		switch (BPF_CLASS(instruction->code)) {
		case BPF_RET:
			*ret_action = BPF_RVAL(instruction->code) == BPF_A ? machine.accumulator
									   : instruction->k;
			return true;
		case BPF_LD:
		case BPF_LDX:
			understood = load(&machine, instruction, call);
			break;
		case BPF_ALU:
			understood = calculate(&machine, instruction);
			break;
		case BPF_JMP:
			understood = jump(&machine, instruction, &distance);
			break;
		default:
			understood = store_or_move(&machine, instruction);
			break;
		}
		if (!understood)
			return false;
		i += distance;
	}
	return false;
}

bool bpf_run(const struct sock_filter *instructions, size_t count, const struct seccomp_data *call,
	uint32_t *ret_action)
{
	size_t steps;

	return bpf_run_counted(instructions, count, call, ret_action, &steps);
}
