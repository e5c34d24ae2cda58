/* SPDX-License-Identifier: BSD-2-Clause */
/* A litmus test, read (model.c) and tried in every execution (execute.c). */
#ifndef VGIC_TESTS_LITMUS_MODEL_H
#define VGIC_TESTS_LITMUS_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#define MODEL_NAME 16u
#define MODEL_THREADS 3u
#define MODEL_INSNS 12u
#define MODEL_REGS 16u
#define MODEL_LOCATIONS 6u
#define MODEL_TERMS 8u

enum model_kind {
	MODEL_MOVE,
	MODEL_BARRIER,
	MODEL_LOAD,
	MODEL_STORE,
	MODEL_LOAD_EX,
	MODEL_STORE_EX,
	MODEL_CAS,
	MODEL_SWAP,
	MODEL_SET,
	MODEL_ADD,
};

struct model_insn {
	enum model_kind kind;
	bool acquire, release;
	/* Registers: first and second of the instruction, and its address. */
	uint32_t s, t, n;
	uint32_t value;
};

struct model_thread {
	struct model_insn insn[MODEL_INSNS];
	uint32_t nr_insns;
	/* Location that a register points to. */
	uint32_t address[MODEL_REGS];
};

/* One equation of the final state. */
struct model_term {
	bool is_register;
	uint32_t thread, index, value;
};

struct model_test {
	char name[64];
	struct model_thread thread[MODEL_THREADS];
	uint32_t nr_threads;
	char location[MODEL_LOCATIONS][MODEL_NAME];
	uint32_t init[MODEL_LOCATIONS];
	uint32_t nr_locations;
	struct model_term term[MODEL_TERMS];
	uint32_t nr_terms;
};

_Noreturn void model_die(const char *what, const char *where);

/* Does some execution that the architecture allows end in that state? */
bool model_reaches(const struct model_test *test);

#endif
