/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/kvm/fault_rig.h"
#include "tests/machine/soft.h"

#include <stdlib.h>
#include <string.h>

static bool fails(struct rig *r, enum what what)
{
	uint32_t n = ++r->calls[what];

	return r->fails == what && r->fails_at &&
	       (n == r->fails_at ||
		(r->lasts && what >= READ && n > r->fails_at));
}

void arm(struct rig *r, enum what what, uint32_t n)
{
	memset(r->calls, 0, sizeof(r->calls));
	r->fails = what;
	r->fails_at = n;
}

static void *get_memory(void *ctx, size_t size)
{
	struct rig *r = ctx;

	if (fails(r, ALLOC)) {
		return NULL;
	}
	r->held++;
	return aligned_alloc(64, (size + 63) / 64 * 64);
}

static void give_back(void *ctx, void *memory)
{
	((struct rig *)ctx)->held--;
	free(memory);
}

static int copy_in(void *ctx, void *to, uint64_t addr, size_t size)
{
	if (fails(ctx, COPY_IN)) {
		return -1;
	}
	memcpy(to, (const void *)(uintptr_t)addr, size);
	return 0;
}

static int copy_out(void *ctx, uint64_t addr, const void *from, size_t size)
{
	if (fails(ctx, COPY_OUT)) {
		return -1;
	}
	memcpy((void *)(uintptr_t)addr, from, size);
	return 0;
}

static uint8_t *ram_at(struct rig *r, uint64_t ipa, size_t len)
{
	return ipa >= RAM && ipa - RAM <= RAM_SIZE - len ?
		       r->ram + (ipa - RAM) :
		       NULL;
}

static int read_guest(void *ctx, uint64_t ipa, void *buf, size_t len)
{
	const uint8_t *from = ram_at(ctx, ipa, len);

	if (fails(ctx, READ) || !from) {
		return -1;
	}
	memcpy(buf, from, len);
	return 0;
}

static int write_guest(void *ctx, uint64_t ipa, const void *buf, size_t len)
{
	uint8_t *to = ram_at(ctx, ipa, len);

	if (fails(ctx, WRITE) || !to) {
		return -1;
	}
	memcpy(to, buf, len);
	return 0;
}

static void on_resample(void *ctx, uint32_t resamplefd)
{
	(void)ctx;
	(void)resamplefd;
}

static const struct vgic_host_ops host = {
	.kick = script_kick,
	.read_guest = read_guest,
	.write_guest = write_guest,
};

struct vgic_kvm_config config_of(struct rig *r)
{
	return (struct vgic_kvm_config){
		.models = VGIC_KVM_HAS_V2 | VGIC_KVM_HAS_V3 | VGIC_KVM_HAS_V5,
		.ipa_bits = 40,
		.alloc = get_memory,
		.release = give_back,
		.copy_in = copy_in,
		.copy_out = copy_out,
		.resample = on_resample,
		.ctx = r,
		.gic = { .caps = { .nr_lrs = 4,
				   .pri_bits = 5,
				   .pre_bits = 5,
				   .id_bits = 16 },
			 .cpuif = &vgic_soft_backend,
			 .its = { .nr_its = 1, .nr_lpis = 64 },
			 .v5 = script_v5,
			 .host = &host,
			 .host_ctx = r,
			 .nr_side_entries = 4 },
	};
}

int set(struct rig *r, uint32_t fd, uint32_t group, uint64_t attr,
	uint64_t value)
{
	const struct vgic_kvm_device_attr a = {
		.group = group,
		.attr = attr,
		.addr = (uintptr_t)&value,
	};

	return vgic_kvm_set_attr(r->vm, fd, &a);
}

void must_set(struct rig *r, uint32_t fd, uint32_t group, uint64_t attr,
	      uint64_t value)
{
	assert_int_equal(set(r, fd, group, attr, value), 0);
}

/* IRQ_LINE and the like need no rig but the VM. */
int raise_line(struct rig *r)
{
	const struct vgic_kvm_irq_level level = {
		.irq = IRQ(VGIC_KVM_IRQ_TYPE_SPI, 0, r->type == V5 ? 1 : 33),
		.level = 1,
	};

	return vgic_kvm_irq_line(r->vm, &level);
}

int init(struct rig *r)
{
	return set(r, r->fd, VGIC_KVM_GRP_CTRL, VGIC_KVM_CTRL_INIT, 0);
}

static void make_vcpus(struct rig *r)
{
	struct vgic_kvm_config config = config_of(r);

	for (uint32_t v = 0; v < NR_VCPUS; v++) {
		r->hw[v] = soft_new(script_model(r->type), &script_v5, v,
				    &config.gic.caps);
		assert_int_equal(vgic_kvm_add_vcpu(r->vm, v, v, r->hw[v]), 0);
	}
}

static void place(struct rig *r)
{
	struct vgic_kvm_create_device device = { .type = r->type };
	struct vgic_kvm_create_device its = { .type = VGIC_KVM_DEV_ITS };

	make_vcpus(r);
	assert_int_equal(vgic_kvm_create_device(r->vm, &device), 0);
	r->fd = device.fd;
	must_set(r, r->fd, VGIC_KVM_GRP_NR_IRQS, 0, 64);
	switch (r->type) {
	case V2:
		must_set(r, r->fd, VGIC_KVM_GRP_ADDR, VGIC_KVM_ADDR_V2_DIST,
			 0x10000);
		must_set(r, r->fd, VGIC_KVM_GRP_ADDR, VGIC_KVM_ADDR_V2_CPU,
			 V2_CPU);
		return;
	case V5:
		must_set(r, r->fd, VGIC_KVM_GRP_ADDR, VGIC_KVM_ADDR_V5_IRS,
			 0x10000);
		return;
	default:
		must_set(r, r->fd, VGIC_KVM_GRP_ADDR, VGIC_KVM_ADDR_V3_DIST,
			 0x10000);
		must_set(r, r->fd, VGIC_KVM_GRP_ADDR,
			 VGIC_KVM_ADDR_V3_REDIST_REGION,
			 UINT64_C(2) << 52 | 0x100000);
		assert_int_equal(vgic_kvm_create_device(r->vm, &its), 0);
		r->its = its.fd;
		must_set(r, r->its, VGIC_KVM_GRP_ADDR, VGIC_KVM_ADDR_ITS,
			 ITS_BASE);
	}
}

void command(struct rig *r, uint32_t n, uint64_t dw0, uint64_t dw1,
	     uint64_t dw2)
{
	const uint64_t dw[4] = { dw0, dw1, dw2, 0 };

	memcpy(ram_at(r, QUEUE + 32 * n, sizeof(dw)), dw, sizeof(dw));
}

/* A device with two events, which are vCPU 0's and 1's; one is pending. */
static void map_events(struct rig *r)
{
	const struct vgic_kvm_msi msi = {
		.address_lo = ITS_BASE + GITS_TRANSLATER,
		.data = 1,
		.flags = VGIC_KVM_MSI_VALID_DEVID,
		.devid = 3,
	};

	memset(ram_at(r, PROPERTIES, 64), LPI_CONFIG_Enable | 0xa0, 64);
	for (uint32_t v = 0; v < NR_VCPUS; v++) {
		must_set(r, r->fd, VGIC_KVM_GRP_REDIST_REGS,
			 REG(v, GICR_PROPBASER), PROPERTIES | 15);
		must_set(r, r->fd, VGIC_KVM_GRP_REDIST_REGS,
			 REG(v, GICR_PENDBASER), PENDING_OF(v));
		must_set(r, r->fd, VGIC_KVM_GRP_REDIST_REGS, REG(v, GICR_CTLR),
			 GICR_CTLR_EnableLPIs);
	}
	must_set(r, r->its, VGIC_KVM_GRP_ITS_REGS, GITS_CBASER, VALID | QUEUE);
	must_set(r, r->its, VGIC_KVM_GRP_ITS_REGS, GITS_BASER,
		 VALID | DEVICES | 0x200);
	must_set(r, r->its, VGIC_KVM_GRP_ITS_REGS, GITS_BASER + 8,
		 VALID | COLLECTIONS | 0x200);
	must_set(r, r->its, VGIC_KVM_GRP_ITS_REGS, GITS_CTLR, 1);
	command(r, 0, GITS_CMD_MAPC, 0, VALID);
	command(r, 1, GITS_CMD_MAPC, 0, VALID | 1u << 16 | 1);
	command(r, 2, GITS_CMD_MAPD | UINT64_C(3) << 32, 4, VALID | ITT);
	command(r, 3, GITS_CMD_MAPTI | UINT64_C(3) << 32, UINT64_C(8192) << 32,
		0);
	command(r, 4, GITS_CMD_MAPTI | UINT64_C(3) << 32,
		UINT64_C(8193) << 32 | 1, 1);
	must_set(r, r->its, VGIC_KVM_GRP_ITS_REGS, GITS_CWRITER, 5 * 32);
	assert_int_equal(vgic_kvm_signal_msi(r->vm, &msi), 1);
}

/* An IST of two levels, of which two pages are valid; nothing is made yet. */
static void store_ist(struct rig *r)
{
	for (uint32_t n = 0; n < 2; n++) {
		uint64_t l1 = (IST + 0x1000 * (n + 1)) | L1_ISTE_VALID;

		memcpy(ram_at(r, IST + 8 * n, 8), &l1, 8);
	}
	must_set(r, r->fd, VGIC_KVM_GRP_IRS_REGS, IRS_IST_CFGR,
		 IRS_IST_CFGR_STRUCTURE | 11);
	must_set(r, r->fd, VGIC_KVM_GRP_IRS_REGS, IRS_IST_BASER,
		 IST | IRS_IST_BASER_VALID);
	must_set(r, r->fd, VGIC_KVM_GRP_IRS_REGS, IRS_CR0, IRS_CR0_IRSEN);
}

/* Something in each sort of register, and a line that is up. */
static void fill(struct rig *r)
{
	assert_int_equal(init(r), 0);
	assert_int_equal(raise_line(r), 0);
	switch (r->type) {
	case V2:
		must_set(r, r->fd, VGIC_KVM_GRP_DIST_REGS, GICD_ISENABLER + 4,
			 0xff);
		must_set(r, r->fd, VGIC_KVM_GRP_CPU_REGS, GICC_PMR, 0x1f);
		return;
	case V5:
		store_ist(r);
		must_set(r, r->fd, VGIC_KVM_GRP_CPU_SYSREGS, ICC_PCR_EL1, 31);
		return;
	default:
		must_set(r, r->fd, VGIC_KVM_GRP_DIST_REGS, GICD_ISENABLER + 4,
			 0xff);
		must_set(r, r->fd, VGIC_KVM_GRP_CPU_SYSREGS, ICC_PMR_EL1, 0xf0);
		map_events(r);
	}
}

struct rig *open_rig(uint32_t type, enum stage stage)
{
	struct rig *r = calloc(1, sizeof(*r));
	struct vgic_kvm_config config;

	assert_non_null(r);
	r->type = type;
	config = config_of(r);
	assert_int_equal(vgic_kvm_create(&config, &r->vm), 0);
	place(r);
	if (stage == INITED) {
		fill(r);
	}
	return r;
}

void close_rig(struct rig *r)
{
	vgic_kvm_destroy(r->vm);
	assert_int_equal(r->held, 0);
	for (uint32_t v = 0; v < NR_VCPUS; v++) {
		free(r->hw[v]);
	}
	free(r);
}

/* Attributes: all that HAS finds, in groups of these shapes. */
static const struct {
	uint32_t group;
	uint32_t step;
	uint64_t end;
	/* Each vCPU has its own. */
	bool per_vcpu;
	/* The GIC has to be there: a GICv2's comes into being otherwise. */
	bool of_gic;
} groups[] = {
	{ VGIC_KVM_GRP_ADDR, 1, 8, false, false },
	{ VGIC_KVM_GRP_DIST_REGS, 4, 0x8000, true, true },
	{ VGIC_KVM_GRP_CPU_REGS, 4, 0x2000, true, true },
	{ VGIC_KVM_GRP_NR_IRQS, 1, 1, false, false },
	{ VGIC_KVM_GRP_CTRL, 1, 8, false, false },
	{ VGIC_KVM_GRP_REDIST_REGS, 4, 0x20000, true, true },
	{ VGIC_KVM_GRP_CPU_SYSREGS, 1, 0x10000, true, true },
	{ VGIC_KVM_GRP_LEVEL_INFO, 32, 64, true, true },
	{ VGIC_KVM_GRP_ITS_REGS, 4, 0x10000, false, true },
	{ VGIC_KVM_GRP_MAINT_IRQ, 1, 1, false, false },
	{ VGIC_KVM_GRP_IRS_REGS, 4, 0x10000, false, true },
};

#define NR_GROUPS (sizeof(groups) / sizeof(groups[0]))

/* HAS is asked once for each sort of VM. */
static void list_group(struct rig *r, uint32_t fd, uint32_t g, struct list *l)
{
	uint32_t vcpus = groups[g].per_vcpu ? NR_VCPUS : 1;

	for (uint64_t n = 0; n < vcpus * groups[g].end; n += groups[g].step) {
		const struct vgic_kvm_device_attr a = {
			.group = groups[g].group,
			.attr = REG(n / groups[g].end, n % groups[g].end),
		};

		if (!vgic_kvm_has_attr(r->vm, fd, &a)) {
			assert_true(l->n < MAX_ATTRS);
			l->attrs[l->n++] = (struct attr){ fd, a.group, a.attr };
		}
	}
}

const struct list *list_of(struct rig *r)
{
	static struct list *lists[3][2];
	bool there = vgic_kvm_gic(r->vm) != NULL;
	struct list **l = &lists[r->type == V2 ? 0 :
				 r->type == V3 ? 1 :
						 2][there];

	if (*l) {
		return *l;
	}
	*l = calloc(1, sizeof(**l));
	for (uint32_t g = 0; g < NR_GROUPS; g++) {
		if (there || !groups[g].of_gic) {
			list_group(r, r->fd, g, *l);
		}
		if (r->its && (there || !groups[g].of_gic)) {
			list_group(r, r->its, g, *l);
		}
	}
	return *l;
}

#define MAX_STATE (6u * MAX_ATTRS)

/* All that can be read, as words. */
struct state {
	uint32_t n;
	uint64_t word[MAX_STATE];
};

static void add(struct state *s, uint64_t word)
{
	assert_true(s->n < MAX_STATE);
	s->word[s->n++] = word;
}

static void read_attr(struct rig *r, const struct attr *at, struct state *s)
{
	uint64_t value[2] = { 0, 0 };
	const struct vgic_kvm_device_attr a = {
		.group = at->group,
		.attr = at->attr,
		.addr = (uintptr_t)value,
	};
	int err = vgic_kvm_get_attr(r->vm, at->fd, &a);

	add(s, (uint64_t)at->fd << 32 | at->group);
	add(s, at->attr);
	add(s, (uint64_t)(int64_t)err);
	add(s, err ? 0 : value[0]);
	add(s, err ? 0 : value[1]);
}

static void read_interrupts(struct rig *r, struct state *s)
{
	for (uint32_t n = 0; n < 64; n++) {
		struct vgic_irq_info info;
		uint32_t intid = r->type != V5 ? n :
				 n < 32	       ? GICV5_SPI(n) :
						 GICV5_LPI(n - 32);

		if (vgic_get_irq_info(vgic_kvm_gic(r->vm), 0, intid, &info)) {
			continue;
		}
		add(s, intid);
		add(s, (uint64_t)info.pending | info.active << 1 |
			       info.enabled << 2 | info.level << 3 |
			       info.line << 4 | info.priority << 8);
		add(s, info.target);
	}
}

struct state *read_state(struct rig *r)
{
	struct state *s = malloc(sizeof(*s));
	const struct list *list;

	assert_non_null(s);
	arm(r, ALLOC, 0);
	s->n = 0;
	add(s, r->held);
	add(s, vgic_kvm_gic(r->vm) != NULL);
	for (uint32_t v = 0; v < NR_VCPUS; v++) {
		add(s, vgic_kvm_vcpu(r->vm, v) != NULL);
	}
	list = list_of(r);
	for (uint32_t i = 0; i < list->n; i++) {
		read_attr(r, &list->attrs[i], s);
	}
	if (vgic_kvm_gic(r->vm)) {
		read_interrupts(r, s);
	}
	return s;
}

bool same_state(const struct state *a, const struct state *b)
{
	return a->n == b->n &&
	       !memcmp(a->word, b->word, a->n * sizeof(a->word[0]));
}
