/* SPDX-License-Identifier: BSD-2-Clause */
#include "hyp/psci.h"

#include <stdlib.h>

#include "hyp/options.h"
#include "hyp/run.h"
#include "hyp/sched.h"
#include "hyp/stage2.h"
#include "hyp/vm.h"
#include "tests/hyp/test.h"

#define CPU_SUSPEND 0x84000001u
#define CPU_ON 0x84000003u
#define AFFINITY_INFO 0x84000004u
#define FEATURES 0x8400000au
#define SMC64 0x40000000u
#define GARBAGE UINT64_C(0xdeadbeef00000000)

#define NOT_SUPPORTED (-1)
#define INVALID_PARAMETERS (-2)
#define ALREADY_ON (-4)
#define ON_PENDING (-5)
#define INVALID_ADDRESS (-9)

#define ENTRY UINT64_C(0x40080000)

struct cpu fake_cpu;
struct options options;
struct vm vm;

static struct vcpu vcpus[2];
static uint64_t started_pc, started_x0;

enum vcpu_state sched_start(struct vcpu *vcpu, uint64_t pc, uint64_t x0)
{
	enum vcpu_state was = atomic_load(&vcpu->sched.state);

	if (was == VCPU_OFF) {
		started_pc = pc;
		started_x0 = x0;
	}
	return was;
}

void *guest_ptr(struct vm *v, uint64_t ipa, uint64_t len)
{
	(void)v;
	(void)len;
	return ipa == ENTRY ? &vm : NULL;
}

void run_end(enum run_exit how, const char *reason, bool reset)
{
	(void)how;
	(void)reason;
	(void)reset;
	abort();
}

static int set_up(void **state)
{
	(void)state;
	vm = (struct vm){ .nr_vcpus = 2, .vcpus = vcpus };
	vcpus[0] = (struct vcpu){ .mpidr = UINT64_C(0x80000000) };
	vcpus[1] = (struct vcpu){ .mpidr = UINT64_C(0x80000001) };
	atomic_store(&vcpus[0].sched.state, VCPU_RUNNING);
	started_pc = 0;
	started_x0 = 0;
	return 0;
}

static int64_t call(uint64_t function, uint64_t a1, uint64_t a2, uint64_t a3)
{
	vcpus[0].x[0] = function;
	vcpus[0].x[1] = a1;
	vcpus[0].x[2] = a2;
	vcpus[0].x[3] = a3;
	psci_call(&vcpus[0]);
	return (int64_t)vcpus[0].x[0];
}

/* DEN 0022D 5.6 and 5.7: what another CPU is told of each state. */
static void field_55_states(void **state)
{
	static const struct {
		enum vcpu_state state;
		int64_t cpu_on, affinity_info;
	} rows[NR_VCPU_STATES] = {
		{ VCPU_OFF, 0, 1 },
		/* sched_start() waits for the end of a visit. */
		{ VCPU_VISITED, ALREADY_ON, 1 },
		{ VCPU_STARTING, ON_PENDING, 2 },
		{ VCPU_RUNNABLE, ALREADY_ON, 0 },
		{ VCPU_RUNNING, ALREADY_ON, 0 },
		{ VCPU_BLOCKED, ALREADY_ON, 0 },
	};

	(void)state;
	for (unsigned int i = 0; i < NR_VCPU_STATES; i++) {
		atomic_store(&vcpus[1].sched.state, rows[i].state);
		assert_int_equal(call(CPU_ON, 1, ENTRY, 0), rows[i].cpu_on);
		assert_int_equal(call(AFFINITY_INFO, 1, 0, 0),
				 rows[i].affinity_info);
	}
}

/*
 * DEN 0028: W0 names the function, and 32-bit calls have W1 to W3; the upper
 * halves say nothing.
 */
static void field_55_upper_halves(void **state)
{
	(void)state;
	assert_int_equal(call(GARBAGE | CPU_ON, GARBAGE | 1, GARBAGE | ENTRY,
			      GARBAGE | 7),
			 0);
	assert_true(started_pc == ENTRY && started_x0 == 7);
	assert_int_equal(
		call(GARBAGE | AFFINITY_INFO, GARBAGE | 1, GARBAGE, GARBAGE),
		1);
	assert_int_equal(call(GARBAGE | FEATURES, GARBAGE | CPU_ON, 0, 0), 0);
	assert_int_equal(
		call(GARBAGE | FEATURES, GARBAGE | CPU_ON | SMC64, 0, 0), 0);
	assert_int_equal(call(GARBAGE | CPU_SUSPEND, 0, 0, 0), 0);
}

/* In 64-bit calls they count, but for a parameter that has 32 bits there. */
static void field_55_long_arguments(void **state)
{
	(void)state;
	assert_int_equal(call(GARBAGE | CPU_ON | SMC64, 1, ENTRY, GARBAGE | 7),
			 0);
	assert_true(started_pc == ENTRY && started_x0 == (GARBAGE | 7));
	assert_int_equal(call(CPU_ON | SMC64, GARBAGE | 1, ENTRY, 0),
			 INVALID_PARAMETERS);
	assert_int_equal(call(CPU_ON | SMC64, 1, GARBAGE | ENTRY, 0),
			 INVALID_ADDRESS);
	assert_int_equal(call(AFFINITY_INFO | SMC64, GARBAGE | 1, 0, 0),
			 INVALID_PARAMETERS);
	assert_int_equal(call(AFFINITY_INFO | SMC64, 1, GARBAGE, 0), 1);
	assert_int_equal(call(AFFINITY_INFO | SMC64, 1, 1, 0),
			 INVALID_PARAMETERS);
	assert_int_equal(call(FEATURES | SMC64, CPU_ON, 0, 0), NOT_SUPPORTED);
}

/* DEN 0028 5: an owner without calls, as the SiP's, is asked all the same. */
static void unknown_owners(void **state)
{
	(void)state;
	for (uint64_t owner = 7; owner < 64; owner++) {
		assert_int_equal(
			call(UINT64_C(0x80000000) | owner << 24, 0, 0, 0),
			NOT_SUPPORTED);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(unknown_owners, set_up),
		cmocka_unit_test_setup(field_55_states, set_up),
		cmocka_unit_test_setup(field_55_upper_halves, set_up),
		cmocka_unit_test_setup(field_55_long_arguments, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
