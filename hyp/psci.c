/* SPDX-License-Identifier: BSD-2-Clause */
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

#define SMCCC_FN_VERSION 0x80000000u
#define SMCCC_VERSION_1_1 0x10001
#define SMCCC_NOT_REQUIRED 1 /* the call is there and does nothing */

#define FN_SMC64 0x40000000u

#define FN_OWNER(function) ((function) & 0x3f000000u)
#define FN_OWNER_ARCH 0x00000000u
#define FN_OWNER_STANDARD 0x04000000u

#define A64_INSN_SIZE 4

/* Arguments; an SMC32 call takes the low halves alone. */
struct call {
	uint64_t a1, a2, a3;
};

static int64_t features(const struct call *call);
static int64_t arch_features(const struct call *call);

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

static int64_t psci_version(const struct call *call)
{
	(void)call;
	return PSCI_VERSION_1_1;
}

/* A standby state: returns when an interrupt comes, DEN 0022D 5.4.2. */
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
	if (!guest_ptr(&vm, call->a2, A64_INSN_SIZE)) {
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

static int64_t migrate_info_type(const struct call *call)
{
	(void)call;
	return PSCI_NO_TRUSTED_OS;
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

static int64_t smccc_version(const struct call *call)
{
	(void)call;
	return SMCCC_VERSION_1_1;
}

/*
 * For guest/bench, where instructions are counted: how often all vCPUs were
 * left so far, and ticks of the counter spent here.
 */
static int64_t count_exits(const struct call *call)
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

static int64_t count_ticks(const struct call *call)
{
	uint64_t sum = 0;
	uint32_t i;

	(void)call;
	for (i = 0; i < vm.nr_vcpus; i++) {
		sum += vm.vcpus[i].counts.el2_ticks;
	}
	return options.icount ? (int64_t)sum : PSCI_NOT_SUPPORTED;
}

/* For the guests in guest/: one of them has found something wrong. */
static int64_t guest_failed(const struct call *call)
{
	(void)call;
	run_end(RUN_GUEST_FAILED, NULL, false);
}

static int64_t workaround(const struct call *call)
{
	(void)call;
	return 0;
}

/* Function ID without the SMC64 bit; who is also there as SMC64. */
static const struct {
	uint32_t function;
	bool smc64;
	int64_t (*call)(const struct call *call);
	int64_t feature; /* what PSCI_FEATURES or ARCH_FEATURES says */
} calls[] = {
	{ 0x84000000, false, psci_version, 0 },
	{ 0x84000001, true, cpu_suspend, 0 },
	{ 0x84000002, false, cpu_off, 0 },
	{ 0x84000003, true, cpu_on, 0 },
	{ 0x84000004, true, affinity_info, 0 },
	{ 0x84000006, false, migrate_info_type, 0 },
	{ 0x84000008, false, system_off, 0 },
	{ 0x84000009, false, system_reset, 0 },
	{ 0x8400000a, false, features, 0 },
	{ SMCCC_FN_VERSION, false, smccc_version, 0 },
	{ 0x80000001, false, arch_features, 0 },
	/* ARCH_WORKAROUND_1, _2 and _3 */
	{ 0x80008000, false, workaround, SMCCC_NOT_REQUIRED },
	{ 0x80007fff, false, workaround, SMCCC_NOT_REQUIRED },
	{ 0x80003fff, false, workaround, SMCCC_NOT_REQUIRED },
	{ 0x86000001, true, count_exits, 0 },
	{ 0x86000002, true, count_ticks, 0 },
	{ 0x86000003, false, guest_failed, 0 },
};

#define NR_CALLS (sizeof(calls) / sizeof(calls[0]))

/* Index into calls[], NR_CALLS when there is no such call. */
static unsigned int find_call(uint32_t function)
{
	unsigned int i;

	for (i = 0; i < NR_CALLS; i++) {
		if (calls[i].function == function ||
		    (calls[i].smc64 &&
		     calls[i].function == (function ^ FN_SMC64))) {
			break;
		}
	}
	return i;
}

static int64_t feature_of(uint32_t function)
{
	unsigned int i = find_call(function);

	return i == NR_CALLS ? PSCI_NOT_SUPPORTED : calls[i].feature;
}

/* PSCI's own, and SMCCC_VERSION: DEN 0022D 5.15.2. */
static int64_t features(const struct call *call)
{
	uint32_t function = (uint32_t)call->a1;

	return FN_OWNER(function) == FN_OWNER_STANDARD ||
			       function == SMCCC_FN_VERSION ?
		       feature_of(function) :
		       PSCI_NOT_SUPPORTED;
}

static int64_t arch_features(const struct call *call)
{
	uint32_t function = (uint32_t)call->a1;

	return FN_OWNER(function) == FN_OWNER_ARCH ? feature_of(function) :
						     PSCI_NOT_SUPPORTED;
}

void psci_call(struct vcpu *vcpu)
{
	uint32_t function = (uint32_t)vcpu->x[0];
	unsigned int i = find_call(function);
	uint64_t mask = function & FN_SMC64 ? UINT64_MAX : UINT32_MAX;
	struct call call = {
		.a1 = vcpu->x[1] & mask,
		.a2 = vcpu->x[2] & mask,
		.a3 = vcpu->x[3] & mask,
	};

	vcpu->x[0] = (uint64_t)(i == NR_CALLS ? PSCI_NOT_SUPPORTED :
						calls[i].call(&call));
}
