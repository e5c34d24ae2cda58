/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The calls that the guest makes by HVC or SMC: PSCI, the part of SMCCC that
 * goes with it, and some of our own for the guests in guest/.  A table says
 * which there are; each row's function is given the arguments and returns what
 * the guest finds in x0.
 */
#include "hyp/psci.h"

#include "hyp/cpu.h"
#include "hyp/exit.h"
#include "hyp/mpidr.h"
#include "hyp/options.h"
#include "hyp/run.h"
#include "hyp/sched.h"
#include "hyp/stage2.h"
#include "hyp/vcpu.h"
#include "hyp/vm.h"
#include "regs/a64.h"

/* Return codes and values, DEN 0022D. */
#define PSCI_NOT_SUPPORTED (-1)
#define PSCI_INVALID_PARAMETERS (-2)
#define PSCI_ALREADY_ON (-4)
#define PSCI_ON_PENDING (-5)
#define PSCI_INVALID_ADDRESS (-9)
#define PSCI_VERSION_1_1 0x10001
#define PSCI_AFFINITY_ON 0
#define PSCI_AFFINITY_OFF 1
#define PSCI_AFFINITY_ON_PENDING 2
#define PSCI_NO_TRUSTED_OS 2 /* MIGRATE_INFO_TYPE: nothing to migrate */

/* SMCCC, DEN 0028C 7: calls that say which calls there are. */
#define SMCCC_FN_VERSION 0x80000000u
#define SMCCC_FN_ARCH_FEATURES 0x80000001u
#define SMCCC_FN_ARCH_WORKAROUND_1 0x80008000u
#define SMCCC_FN_ARCH_WORKAROUND_2 0x80007fffu
#define SMCCC_FN_ARCH_WORKAROUND_3 0x80003fffu
#define SMCCC_VERSION_1_1 0x10001
#define SMCCC_NOT_REQUIRED 1 /* the call is there and does nothing */

/* Our own, in the range of hypervisor services (guest/lib, guest/bench). */
#define VGIC_FN_COUNT_EXITS 0x86000001u
#define VGIC_FN_COUNT_TICKS 0x86000002u
#define VGIC_FN_GUEST_FAILED 0x86000003u

/* Bit 30 of a function ID: arguments have 64 bits (SMC64), else 32. */
#define FN_SMC64 0x40000000u

/* Bits 29:24: whose the function is. */
#define FN_OWNER_SHIFT 24
#define FN_OWNER_WIDTH 6
#define FN_OWNER_ARCH 0
#define FN_OWNER_STANDARD 4
#define FN_OWNER_HYP 6 /* vendor specific hypervisor services */

/* Arguments; of an SMC32 call the low halves alone, DEN 0028C. */
struct call {
	uint64_t a1, a2, a3;
};

static int64_t features(const struct call *call);
static int64_t arch_features(const struct call *call);

/* The vCPU with these affinity fields; null: none. */
static struct vcpu *find_vcpu(uint64_t mpidr)
{
	uint32_t i;

	for (i = 0; i < vm.nr_vcpus; i++) {
		if ((vm.vcpus[i].mpidr & MPIDR_AFFINITY) == mpidr) {
			return &vm.vcpus[i];
		}
	}
	return NULL;
}

/*
 * Every state is taken for a standby state, which is allowed (DEN 0022D 5.4.2)
 * and is what WFI does: the call returns when an interrupt comes.
 */
static int64_t cpu_suspend(const struct call *call)
{
	(void)call;
	this_cpu()->action = ACTION_WAIT;
	return PSCI_SUCCESS;
}

static int64_t cpu_off(const struct call *call)
{
	(void)call;
	this_cpu()->action = ACTION_OFF;
	return PSCI_SUCCESS;
}

static int64_t cpu_on(const struct call *call)
{
	struct vcpu *target = find_vcpu(call->a1);

	if (!target) {
		return PSCI_INVALID_PARAMETERS;
	}
	/* The entry point has to be in RAM. */
	if (!guest_ptr(&vm, call->a2, A64_WORD_SIZE)) {
		return PSCI_INVALID_ADDRESS;
	}
	switch (sched_start(target, call->a2, call->a3)) {
	case VCPU_OFF:
		return PSCI_SUCCESS;
	case VCPU_STARTING:
		return PSCI_ON_PENDING;
	default:
		return PSCI_ALREADY_ON;
	}
}

static int64_t affinity_info(const struct call *call)
{
	struct vcpu *target = find_vcpu(call->a1);

	/*
	 * Affinity levels above 0 are optional since PSCI 1.0.  The level has
	 * 32 bits in the SMC64 call as well, DEN 0022D 5.7.
	 */
	if (!target || (uint32_t)call->a2 != 0) {
		return PSCI_INVALID_PARAMETERS;
	}
	switch (atomic_load(&target->sched.state)) {
	case VCPU_OFF:
	case VCPU_VISITED:
		return PSCI_AFFINITY_OFF;
	case VCPU_STARTING:
		return PSCI_AFFINITY_ON_PENDING;
	default:
		return PSCI_AFFINITY_ON;
	}
}

static int64_t system_off(const struct call *call)
{
	(void)call;
	run_end(RUN_GUEST_OFF, NULL, false);
}

static int64_t system_reset(const struct call *call)
{
	(void)call;
	run_end(RUN_GUEST_OFF, NULL, true);
}

/*
 * For guest/bench, under -icount: how many exits all vCPUs had so far, and how
 * many ticks of the counter EL2 took for them.  Counters of vCPUs that run may
 * be a little behind.
 */
static int64_t total_exits(const struct call *call)
{
	uint64_t sum = 0;
	uint32_t i, cause;

	(void)call;
	for (i = 0; i < vm.nr_vcpus; i++) {
		for (cause = 0; cause < NR_EXIT_CAUSES; cause++) {
			sum += vm.vcpus[i].counts.exits[cause];
		}
	}
	return options.icount ? (int64_t)sum : PSCI_NOT_SUPPORTED;
}

static int64_t total_ticks(const struct call *call)
{
	uint64_t sum = 0;
	uint32_t i;

	(void)call;
	for (i = 0; i < vm.nr_vcpus; i++) {
		sum += vm.vcpus[i].counts.el2_ticks;
	}
	return options.icount ? (int64_t)sum : PSCI_NOT_SUPPORTED;
}

/* A guest of guest/ has found something wrong: the run fails. */
static int64_t guest_failed(const struct call *call)
{
	(void)call;
	run_end(RUN_GUEST_FAILED, NULL, false);
}

/*
 * By function ID without FN_SMC64.  `smc64`: it exists as SMC64 call, too.  A
 * call without a function does nothing and returns `result`, so that the vCPU
 * may stay entered.  Of each owner the one that is called most is first.
 */
struct row {
	uint32_t function;
	bool smc64;
	int64_t (*call)(const struct call *call);
	int64_t result;
	int64_t feature; /* what PSCI_FEATURES or ARCH_FEATURES says */
};

/* The CPU needs no workaround that EL2 would have to apply. */
static const struct row arch_calls[] = {
	{ SMCCC_FN_ARCH_WORKAROUND_1, false, NULL, 0, SMCCC_NOT_REQUIRED },
	{ SMCCC_FN_ARCH_WORKAROUND_2, false, NULL, 0, SMCCC_NOT_REQUIRED },
	{ SMCCC_FN_ARCH_WORKAROUND_3, false, NULL, 0, SMCCC_NOT_REQUIRED },
	{ SMCCC_FN_VERSION, false, NULL, SMCCC_VERSION_1_1, 0 },
	{ SMCCC_FN_ARCH_FEATURES, false, arch_features, 0, 0 },
};

static const struct row standard_calls[] = {
	{ PSCI_FN_VERSION, false, NULL, PSCI_VERSION_1_1, 0 },
	{ PSCI_FN_CPU_SUSPEND, true, cpu_suspend, 0, 0 },
	{ PSCI_FN_CPU_OFF, false, cpu_off, 0, 0 },
	{ PSCI_FN_CPU_ON, true, cpu_on, 0, 0 },
	{ PSCI_FN_AFFINITY_INFO, true, affinity_info, 0, 0 },
	{ PSCI_FN_MIGRATE_INFO_TYPE, false, NULL, PSCI_NO_TRUSTED_OS, 0 },
	{ PSCI_FN_SYSTEM_OFF, false, system_off, 0, 0 },
	{ PSCI_FN_SYSTEM_RESET, false, system_reset, 0, 0 },
	{ PSCI_FN_FEATURES, false, features, 0, 0 },
};

static const struct row hyp_calls[] = {
	{ VGIC_FN_COUNT_EXITS, true, total_exits, 0, 0 },
	{ VGIC_FN_COUNT_TICKS, true, total_ticks, 0, 0 },
	{ VGIC_FN_GUEST_FAILED, false, guest_failed, 0, 0 },
};

#define ROWS(rows) \
	{ \
		rows, sizeof(rows) / sizeof(rows[0]) \
	}

/* By owner.  `rows` is null for the many that have no calls. */
static const struct {
	const struct row *rows;
	uint32_t nr_rows;
} owners[1u << FN_OWNER_WIDTH] = {
	[FN_OWNER_ARCH] = ROWS(arch_calls),
	[FN_OWNER_STANDARD] = ROWS(standard_calls),
	[FN_OWNER_HYP] = ROWS(hyp_calls),
};

/* Null: there is no such call. */
static const struct row *find_call(uint32_t function)
{
	uint32_t owner = (uint32_t)FIELD_GET(FN_OWNER, function);

	for (uint32_t i = 0; i < owners[owner].nr_rows; i++) {
		const struct row *row = &owners[owner].rows[i];

		if ((row->function | (function & FN_SMC64)) == function) {
			return row->smc64 || !(function & FN_SMC64) ? row :
								      NULL;
		}
	}
	return NULL;
}

/* What PSCI_FEATURES or ARCH_FEATURES says of a function. */
static int64_t feature_of(uint32_t function)
{
	const struct row *row = find_call(function);

	return row ? row->feature : PSCI_NOT_SUPPORTED;
}

/* PSCI_FEATURES: of PSCI functions and SMCCC_VERSION, DEN 0022D 5.15.2. */
static int64_t features(const struct call *call)
{
	uint32_t function = (uint32_t)call->a1;

	return FIELD_GET(FN_OWNER, function) == FN_OWNER_STANDARD ||
			       function == SMCCC_FN_VERSION ?
		       feature_of(function) :
		       PSCI_NOT_SUPPORTED;
}

/* SMCCC_ARCH_FEATURES: of functions of the architecture. */
static int64_t arch_features(const struct call *call)
{
	uint32_t function = (uint32_t)call->a1;

	return FIELD_GET(FN_OWNER, function) == FN_OWNER_ARCH ?
		       feature_of(function) :
		       PSCI_NOT_SUPPORTED;
}

void psci_call(struct vcpu *vcpu)
{
	uint32_t function = (uint32_t)vcpu->x[0];
	const struct row *row = find_call(function);
	uint64_t mask = function & FN_SMC64 ? UINT64_MAX : UINT32_MAX;
	struct call call = {
		.a1 = vcpu->x[1] & mask,
		.a2 = vcpu->x[2] & mask,
		.a3 = vcpu->x[3] & mask,
	};

	if (!row) {
		vcpu->x[0] = (uint64_t)PSCI_NOT_SUPPORTED;
	} else {
		vcpu->x[0] =
			(uint64_t)(row->call ? row->call(&call) : row->result);
	}
}

bool psci_call_quick(struct vcpu *vcpu)
{
	const struct row *row = find_call((uint32_t)vcpu->x[0]);

	if (row && row->call) {
		return false;
	}
	vcpu->x[0] = (uint64_t)(row ? row->result : PSCI_NOT_SUPPORTED);
	return true;
}
