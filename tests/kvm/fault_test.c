/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whatever a call of KVM's door asks of its VMM fails in turn: the n-th
 * allocation, the n-th copy from or to the VMM's memory, the n-th access of the
 * guest's.  The call returns the errno, everything is as it was before, and
 * the same call works afterwards.
 */
#include "tests/kvm/fault_rig.h"

#include <stdlib.h>
#include <string.h>

static int run(struct rig *r)
{
	int err = vgic_kvm_run_begin(r->vm, 0);

	vgic_kvm_run_end(r->vm, 0);
	return err;
}

static int read_dist(struct rig *r)
{
	uint32_t value;
	const struct vgic_kvm_device_attr a = {
		.group = VGIC_KVM_GRP_DIST_REGS,
		.attr = GICD_CTLR,
		.addr = (uintptr_t)&value,
	};

	return vgic_kvm_get_attr(r->vm, r->fd, &a);
}

static int route(struct rig *r)
{
	static const struct {
		struct vgic_kvm_routing header;
		struct vgic_kvm_routing_entry entry;
	} table = { { 1, 0 }, TO_PIN(5, 0, 1) };

	return vgic_kvm_set_gsi_routing(r->vm, &table.header);
}

static int assign_irqfd(struct rig *r)
{
	const struct vgic_kvm_irqfd irqfd = {
		.fd = 9,
		.gsi = 1,
		.flags = VGIC_KVM_IRQFD_RESAMPLE,
		.resamplefd = 109,
	};

	return vgic_kvm_irqfd(r->vm, &irqfd);
}

static int its_ctrl(struct rig *r, uint64_t attr)
{
	return set(r, r->its, VGIC_KVM_GRP_CTRL, attr, 0);
}

static int save_tables(struct rig *r)
{
	return its_ctrl(r, VGIC_KVM_CTRL_ITS_SAVE_TABLES);
}

static int restore_tables(struct rig *r)
{
	return its_ctrl(r, VGIC_KVM_CTRL_ITS_RESTORE_TABLES);
}

static int reset_its(struct rig *r)
{
	return its_ctrl(r, VGIC_KVM_CTRL_ITS_RESET);
}

static int save_pending(struct rig *r)
{
	return set(r, r->fd, VGIC_KVM_GRP_CTRL,
		   VGIC_KVM_CTRL_SAVE_PENDING_TABLES, 0);
}

/* Tables that were saved, for an ITS that has nothing mapped. */
static void empty_its(struct rig *r)
{
	uint64_t baser[2];

	assert_int_equal(save_pending(r), 0);
	assert_int_equal(save_tables(r), 0);
	baser[0] = VALID | DEVICES | 0x200;
	baser[1] = VALID | COLLECTIONS | 0x200;
	assert_int_equal(reset_its(r), 0);
	must_set(r, r->its, VGIC_KVM_GRP_ITS_REGS, GITS_BASER, baser[0]);
	must_set(r, r->its, VGIC_KVM_GRP_ITS_REGS, GITS_BASER + 8, baser[1]);
}

/* The same with device tables of two levels. */
static void empty_two_levels(struct rig *r)
{
	const uint64_t second = VALID | DEVICES;

	empty_its(r);
	memcpy(r->ram + (FIRST_LEVEL - RAM), &second, sizeof(second));
	must_set(r, r->its, VGIC_KVM_GRP_ITS_REGS, GITS_BASER,
		 VALID | GITS_BASER_Indirect | FIRST_LEVEL | 0x200);
}

static void fill_two_levels(struct rig *r)
{
	empty_two_levels(r);
	assert_int_equal(restore_tables(r), 0);
}

static uint32_t spi_image[64], lpi_image[2048];

static int access_ist(struct rig *r, bool write)
{
	const struct vgic_kvm_ist ist = {
		.spi_ist_addr = (uintptr_t)spi_image,
		.spi_ist_size = sizeof(spi_image),
		.lpi_ist_addr = (uintptr_t)lpi_image,
		.lpi_ist_size = sizeof(lpi_image),
	};
	const struct vgic_kvm_device_attr a = {
		.group = VGIC_KVM_GRP_IST,
		.addr = (uintptr_t)&ist,
	};

	return write ? vgic_kvm_set_attr(r->vm, r->fd, &a) :
		       vgic_kvm_get_attr(r->vm, r->fd, &a);
}

static int save_ist(struct rig *r)
{
	return access_ist(r, false);
}

/* Every ISTE says something. */
static int restore_ist(struct rig *r)
{
	for (uint32_t i = 0; i < 64; i++) {
		spi_image[i] = L2_ISTE_PENDING | L2_ISTE_ENABLE |
			       (uint32_t)FIELD_PUT(L2_ISTE_PRIORITY, i % 32);
	}
	for (uint32_t i = 0; i < 2048; i++) {
		lpi_image[i] = L2_ISTE_ENABLE |
			       (uint32_t)FIELD_PUT(L2_ISTE_PRIORITY, i % 32);
	}
	return access_ist(r, true);
}

#define ON_DEVICE(cmd) ((cmd) | UINT64_C(3) << 32)
#define MORE_COMMANDS 13u

/* The guest has more commands, of all sorts, which a VMM lets it take. */
static void queue_commands(struct rig *r)
{
	static const uint64_t more[MORE_COMMANDS][3] = {
		{ ON_DEVICE(GITS_CMD_INT), 0, 0 },
		{ ON_DEVICE(GITS_CMD_INV), 1, 0 },
		{ GITS_CMD_INVALL, 0, 1 },
		{ ON_DEVICE(GITS_CMD_MOVI), 0, 1 },
		{ GITS_CMD_MOVALL, 0, 1u << 16 },
		{ ON_DEVICE(GITS_CMD_CLEAR), 1, 0 },
		{ ON_DEVICE(GITS_CMD_MAPTI), UINT64_C(8195) << 32 | 2, 0 },
		{ ON_DEVICE(GITS_CMD_DISCARD), 2, 0 },
		{ GITS_CMD_SYNC, 0, 0 },
		{ GITS_CMD_MAPC, 0, VALID | 1 },
		{ GITS_CMD_MAPD | UINT64_C(4) << 32, 1, VALID | ITT },
		{ GITS_CMD_MAPI | UINT64_C(4) << 32, 1, 0 },
		{ ON_DEVICE(GITS_CMD_MAPD), 0, 0 },
	};

	for (uint32_t i = 0; i < MORE_COMMANDS; i++) {
		command(r, 5 + i, more[i][0], more[i][1], more[i][2]);
	}
}

static int take_commands(struct rig *r)
{
	return set(r, r->its, VGIC_KVM_GRP_ITS_REGS, GITS_CWRITER,
		   (5 + MORE_COMMANDS) * 32);
}

static void stop_its(struct rig *r)
{
	must_set(r, r->its, VGIC_KVM_GRP_ITS_REGS, GITS_CTLR, 0);
}

/* An ITS that finds them in the queue when it is turned on. */
static void queue_and_stop(struct rig *r)
{
	queue_commands(r);
	stop_its(r);
	assert_int_equal(take_commands(r), 0);
}

static int start_its(struct rig *r)
{
	return set(r, r->its, VGIC_KVM_GRP_ITS_REGS, GITS_CTLR, 1);
}

static int move_collections(struct rig *r)
{
	return set(r, r->its, VGIC_KVM_GRP_ITS_REGS, GITS_BASER + 8,
		   VALID | (COLLECTIONS + 0x8000) | 0x200);
}

static int disable_lpis(struct rig *r)
{
	return set(r, r->fd, VGIC_KVM_GRP_REDIST_REGS, REG(1, GICR_CTLR), 0);
}

static void without_lpis(struct rig *r)
{
	assert_int_equal(disable_lpis(r), 0);
}

static int enable_lpis(struct rig *r)
{
	return set(r, r->fd, VGIC_KVM_GRP_REDIST_REGS, REG(1, GICR_CTLR),
		   GICR_CTLR_EnableLPIs);
}

static int add_region(struct rig *r)
{
	return set(r, r->fd, VGIC_KVM_GRP_ADDR, VGIC_KVM_ADDR_V3_REDIST_REGION,
		   UINT64_C(1) << 52 | 0x200000 | 1);
}

/* A GSI whose interrupt is the message of an event. */
static int route_message(struct rig *r)
{
	static const struct {
		struct vgic_kvm_routing header;
		struct vgic_kvm_routing_entry entry;
	} table = { { 1, 0 },
		    { .gsi = 1,
		      .type = VGIC_KVM_ROUTING_MSI,
		      .flags = VGIC_KVM_MSI_VALID_DEVID,
		      .u.msi = { .address_lo = ITS_BASE + GITS_TRANSLATER,
				 .devid = 3 } } };
	const struct vgic_kvm_irqfd irqfd = { .fd = 9, .gsi = 1 };
	int err = vgic_kvm_set_gsi_routing(r->vm, &table.header);

	return err ? err : vgic_kvm_irqfd(r->vm, &irqfd);
}

static void with_route(struct rig *r)
{
	assert_int_equal(route_message(r), 0);
}

static int signal_irqfd(struct rig *r)
{
	return vgic_kvm_irqfd_signal(r->vm, 9) < 0;
}

static int message(struct rig *r)
{
	const struct vgic_kvm_msi msi = {
		.address_lo = ITS_BASE + GITS_TRANSLATER,
		.flags = VGIC_KVM_MSI_VALID_DEVID,
		.devid = 3,
	};

	return vgic_kvm_signal_msi(r->vm, &msi) < 0;
}

/* Accesses of one sort, all of which fail in turn. */
#define MANY 64u

/* A vCPU's first run that fails is the VM's end, as on KVM. */
#define DIES (1u << 0)
/* All of the guest's memory is the guest's business: no error of the call. */
#define GUESTS (1u << 1)
/* Made on the way, a GIC stays: it would be made by the next call, too. */
#define MAKES (1u << 2)
/*
 * Some of the guest's memory only the guest needs, such as a table of events
 * that lies outside of it, and the call leaves out what is there.  At least n
 * faults of guest memory are errors of the call.
 */
#define ERRORS(n) ((n) << 8)
static const struct call {
	const char *name;
	uint32_t type;
	enum stage stage;
	void (*prepare)(struct rig *r);
	int (*call)(struct rig *r);
	/* When the guest's memory cannot be reached. */
	int guest_err;
	uint32_t flags;
} calls[] = {
	{ "INIT, GICv2", V2, PLACED, NULL, init, 0, 0 },
	{ "INIT, GICv3", V3, PLACED, NULL, init, 0, 0 },
	{ "INIT, GICv5", V5, PLACED, NULL, init, 0, 0 },
	{ "first line, GICv2", V2, PLACED, NULL, raise_line, 0, 0 },
	{ "first read, GICv2", V2, PLACED, NULL, read_dist, 0, MAKES },
	{ "first run, GICv2", V2, PLACED, NULL, run, 0, DIES },
	{ "early routes, GICv2", V2, PLACED, NULL, route, 0, 0 },
	{ "early routes, GICv3", V3, PLACED, NULL, route, 0, 0 },
	{ "early routes, GICv5", V5, PLACED, NULL, route, 0, 0 },
	{ "routes, GICv2", V2, INITED, NULL, route, 0, 0 },
	{ "routes, GICv3", V3, INITED, NULL, route, 0, 0 },
	{ "routes, GICv5", V5, INITED, NULL, route, 0, 0 },
	{ "irqfd, GICv2", V2, INITED, NULL, assign_irqfd, 0, 0 },
	{ "irqfd, GICv3", V3, INITED, NULL, assign_irqfd, 0, 0 },
	{ "irqfd, GICv5", V5, INITED, NULL, assign_irqfd, 0, 0 },
	{ "REDIST_REGION", V3, INITED, NULL, add_region, 0, 0 },
	{ "SAVE_PENDING_TABLES", V3, INITED, NULL, save_pending, ERR(EFAULT),
	  ERRORS(6u) },
	{ "SAVE_TABLES", V3, INITED, NULL, save_tables, ERR(EFAULT),
	  ERRORS(10u) },
	{ "RESTORE_TABLES", V3, INITED, empty_its, restore_tables, ERR(EFAULT),
	  ERRORS(9u) },
	{ "SAVE_TABLES, two levels", V3, INITED, fill_two_levels, save_tables,
	  ERR(EFAULT), ERRORS(9u) },
	{ "RESTORE_TABLES, two levels", V3, INITED, empty_two_levels,
	  restore_tables, ERR(EFAULT), ERRORS(9u) },
	{ "RESET", V3, INITED, NULL, reset_its, 0, GUESTS },
	{ "GITS_CWRITER", V3, INITED, queue_commands, take_commands, 0,
	  GUESTS },
	{ "GITS_CTLR", V3, INITED, queue_and_stop, start_its, 0, GUESTS },
	{ "GITS_BASER", V3, INITED, stop_its, move_collections, 0, GUESTS },
	{ "GICR_CTLR, off", V3, INITED, NULL, disable_lpis, 0, GUESTS },
	{ "GICR_CTLR, on", V3, INITED, without_lpis, enable_lpis, 0, GUESTS },
	{ "SIGNAL_MSI", V3, INITED, NULL, message, 0, GUESTS },
	{ "routes of messages", V3, INITED, NULL, route_message, 0, 0 },
	{ "signal of a message", V3, INITED, with_route, signal_irqfd, 0,
	  GUESTS },
	{ "line, GICv3", V3, INITED, NULL, raise_line, 0, GUESTS },
	{ "line, GICv5", V5, INITED, NULL, raise_line, 0, GUESTS },
	{ "first run, GICv3", V3, INITED, NULL, run, 0, GUESTS },
	{ "IST, GET", V5, INITED, NULL, save_ist, 0, 0 },
	{ "IST, SET", V5, INITED, NULL, restore_ist, ERR(EINVAL), 0 },
	{ "first run, GICv5", V5, INITED, NULL, run, 0, GUESTS },
};

static struct rig *rig_for(const struct call *call)
{
	struct rig *r = open_rig(call->type, call->stage);

	if (call->prepare) {
		call->prepare(r);
	}
	return r;
}

static int errno_of(const struct call *call, enum what what)
{
	return what == ALLOC	? ERR(ENOMEM) :
	       what <= COPY_OUT ? ERR(EFAULT) :
				  call->guest_err;
}

/* The call fails as it has to; false: it did what could be done. */
static bool call_fails(const struct call *call, struct rig *r, enum what what,
		       uint32_t n)
{
	int err;

	arm(r, what, n);
	err = call->call(r);
	arm(r, what, 0);
	assert_true(!vgic_kvm_gic(r->vm) ||
		    vgic_check_invariants(vgic_kvm_gic(r->vm)) == 0);
	if (err != errno_of(call, what) &&
	    (err || what < READ || !(call->flags >> 8))) {
		fail_msg("%s: fault %u of sort %u: errno %d, not %d",
			 call->name, n, what, -err, -errno_of(call, what));
	}
	return err != 0;
}

/* As before the fault; and then the call works as it would have done. */
static void recover(const struct call *call, struct rig *r, enum what what,
		    uint32_t n, const struct state *before,
		    const struct rig *done, const struct state *then)
{
	struct state *now = read_state(r);

	if (!same_state(before, now)) {
		fail_msg("%s: fault %u of sort %u: not as before", call->name,
			 n, what);
	}
	free(now);
	assert_int_equal(call->call(r), 0);
	now = read_state(r);
	if (!same_state(then, now) ||
	    memcmp(r->ram, done->ram, sizeof(r->ram))) {
		fail_msg("%s: fault %u of sort %u: another end", call->name, n,
			 what);
	}
	free(now);
}

/* True: the call failed, and recovered. */
static bool fail_one(const struct call *call, enum what what, uint32_t n,
		     bool lasts, const struct rig *done,
		     const struct state *then)
{
	struct rig *r = rig_for(call);
	struct state *before = read_state(r);
	bool failed;

	r->lasts = lasts;
	failed = call_fails(call, r, what, n);
	if ((call->flags & MAKES) && what != ALLOC) {
		free(before);
		before = read_state(r);
	}
	if (failed && (call->flags & DIES)) {
		assert_int_equal(call->call(r), ERR(EIO));
	} else if (failed) {
		recover(call, r, what, n, before, done, then);
	}
	free(before);
	close_rig(r);
	return failed;
}

static uint32_t fail_each(const struct call *call)
{
	struct rig *r = rig_for(call);
	uint32_t counts[NR_WHATS], faults = 0, errors = 0;
	struct state *there;

	arm(r, ALLOC, 0);
	assert_int_equal(call->call(r), 0);
	memcpy(counts, r->calls, sizeof(counts));
	there = read_state(r);
	for (uint32_t what = 0; what < NR_WHATS; what++) {
		/* Of very many those at the beginning, and some. */
		uint32_t step = counts[what] / MANY + 1;

		for (uint32_t n = 1; n <= counts[what];
		     n += n < MANY ? 1 : step) {
			uint32_t *sum = what >= READ ? &errors : &faults;

			*sum += fail_one(call, (enum what)what, n, false, r,
					 there);
			if (what >= READ) {
				*sum += fail_one(call, (enum what)what, n, true,
						 r, there);
			}
		}
	}
	free(there);
	close_rig(r);
	if (errors < call->flags >> 8) {
		fail_msg("%s: %u faults of guest memory are errors, not %u",
			 call->name, errors, call->flags >> 8);
	}
	if (!faults && !errors && !(call->flags & GUESTS)) {
		fail_msg("%s: nothing that could fail", call->name);
	}
	return faults + errors;
}

static void field_59_each_fault_of_a_call(void **state)
{
	uint32_t faults = 0;

	(void)state;
	for (uint32_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		faults += fail_each(&calls[i]);
	}
	assert_true(faults > 50);
}

/* A VM that cannot be made leaves nothing behind. */
static void field_59_no_memory_for_a_vm(void **state)
{
	struct rig *r = calloc(1, sizeof(*r));
	struct vgic_kvm_config config = config_of(r);

	(void)state;
	arm(r, ALLOC, 1);
	r->vm = NULL;
	assert_int_equal(vgic_kvm_create(&config, &r->vm), ERR(ENOMEM));
	assert_null(r->vm);
	assert_int_equal(r->held, 0);
	assert_int_equal(vgic_kvm_create(&config, &r->vm), 0);
	/* Once in vain, once in the end: nothing else can fail. */
	assert_int_equal(r->calls[ALLOC], 2);
	close_rig(r);
}

/* SET and GET of one attribute while what they copy cannot be copied. */
static void fault_attr(struct rig *r, const struct attr *at)
{
	uint64_t value[2] = { 0, 0 };
	const struct vgic_kvm_device_attr a = {
		.group = at->group,
		.attr = at->attr,
		.addr = (uintptr_t)value,
	};
	uint32_t copies[NR_WHATS];
	int err;

	arm(r, ALLOC, 0);
	err = vgic_kvm_get_attr(r->vm, at->fd, &a);
	memcpy(copies, r->calls, sizeof(copies));
	for (uint32_t what = COPY_IN; !err && what <= COPY_OUT; what++) {
		for (uint32_t n = 1; n <= copies[what]; n++) {
			arm(r, (enum what)what, n);
			assert_int_equal(vgic_kvm_get_attr(r->vm, at->fd, &a),
					 ERR(EFAULT));
		}
	}
	if (at->group == VGIC_KVM_GRP_CTRL) {
		return;
	}
	arm(r, COPY_IN, 1);
	err = vgic_kvm_set_attr(r->vm, at->fd, &a);
	assert_true(r->calls[COPY_IN] == 0 || err == ERR(EFAULT));
	/* What was read can be written, where that changes nothing. */
	if (at->group == VGIC_KVM_GRP_CPU_SYSREGS) {
		arm(r, COPY_IN, 0);
		assert_int_not_equal(vgic_kvm_set_attr(r->vm, at->fd, &a),
				     ERR(EFAULT));
	}
}

static void fault_attrs_of(uint32_t type, enum stage stage)
{
	struct rig *r = open_rig(type, stage);
	const struct list *list = list_of(r);
	struct state *before = read_state(r), *after;

	assert_true(list->n >= 4);
	for (uint32_t i = 0; i < list->n; i++) {
		fault_attr(r, &list->attrs[i]);
	}
	after = read_state(r);
	assert_true(same_state(before, after));
	free(before);
	free(after);
	close_rig(r);
}

static void field_59_each_fault_of_an_attribute(void **state)
{
	static const uint32_t types[] = { V2, V3, V5 };

	(void)state;
	for (uint32_t i = 0; i < 3; i++) {
		fault_attrs_of(types[i], PLACED);
		fault_attrs_of(types[i], INITED);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(field_59_no_memory_for_a_vm),
		cmocka_unit_test(field_59_each_fault_of_a_call),
		cmocka_unit_test(field_59_each_fault_of_an_attribute),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
