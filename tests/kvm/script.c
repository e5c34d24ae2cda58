/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/kvm/script.h"
#include "tests/machine/soft.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <vgic/trap.h>

#define NR_HW 16

/* The VM under test, and the VMM. */
struct rig {
	struct vgic_kvm *vm;
	uint32_t fd;
	uint32_t its_fd[8];
	uint32_t nr_its;
	uint8_t user[0x2000];
	uint8_t ram[0x80000];
	uint64_t ram_end;
	size_t copied;
	bool no_memory;
	uint32_t nr_hw;
	void *hw[NR_HW];
	struct vgic_cpuif_caps caps;
	bool lines[2];
	uint32_t resampled, again;
};

static void *get_memory(void *ctx, size_t size)
{
	const struct rig *r = ctx;

	return r->no_memory ? NULL : aligned_alloc(64, (size + 63) / 64 * 64);
}

static void give_back(void *ctx, void *memory)
{
	(void)ctx;
	free(memory);
}

static uint8_t *user_at(struct rig *r, uint64_t addr, size_t size)
{
	if (addr < HERE || addr - HERE > sizeof(r->user) ||
	    size > sizeof(r->user) - (addr - HERE)) {
		return NULL;
	}
	return r->user + (addr - HERE);
}

static int copy_in(void *ctx, void *to, uint64_t addr, size_t size)
{
	const uint8_t *from = user_at(ctx, addr, size);

	if (!from) {
		return -1;
	}
	memcpy(to, from, size);
	((struct rig *)ctx)->copied = size;
	return 0;
}

static int copy_out(void *ctx, uint64_t addr, const void *from, size_t size)
{
	struct rig *r = ctx;
	uint8_t *to = user_at(r, addr, size);

	if (!to) {
		return -1;
	}
	memcpy(to, from, size);
	r->copied = size;
	return 0;
}

static uint8_t *ram_at(struct rig *r, uint64_t ipa, size_t len)
{
	if (ipa < RAM || ipa > r->ram_end || len > r->ram_end - ipa) {
		return NULL;
	}
	return r->ram + (ipa - RAM);
}

static int read_guest(void *ctx, uint64_t ipa, void *buf, size_t len)
{
	const uint8_t *from = ram_at(ctx, ipa, len);

	if (!from) {
		return -1;
	}
	memcpy(buf, from, len);
	return 0;
}

static int write_guest(void *ctx, uint64_t ipa, const void *buf, size_t len)
{
	uint8_t *to = ram_at(ctx, ipa, len);

	if (!to) {
		return -1;
	}
	memcpy(to, buf, len);
	return 0;
}

static void cpu_line(void *ctx, uint32_t id, bool fiq, bool level)
{
	struct rig *r = ctx;

	(void)id;
	r->lines[fiq] = level;
}

/* The device behind it may still want something. */
static void on_resample(void *ctx, uint32_t resamplefd)
{
	struct rig *r = ctx;

	r->resampled++;
	if (r->again) {
		r->again--;
		assert_int_equal(vgic_kvm_irqfd_signal(r->vm, resamplefd - 100),
				 0);
	}
}

/* Its parts tell whether they stayed together; the first is returned. */
static int on_msi(void *ctx, const struct vgic_kvm_msi *msi)
{
	(void)ctx;
	assert_int_equal(msi->flags, VGIC_KVM_MSI_VALID_DEVID);
	assert_int_equal(msi->address_hi, msi->address_lo + 1);
	assert_int_equal(msi->data, msi->address_lo + 2);
	assert_int_equal(msi->devid, msi->address_lo + 3);
	return (int)msi->address_lo;
}

void script_kick(void *ctx, uint32_t vcpu)
{
	(void)ctx;
	(void)vcpu;
}

static void set_active(void *ctx, uint32_t pintid, bool active)
{
	(void)ctx;
	(void)pintid;
	(void)active;
}

static const struct vgic_host_ops host = {
	.kick = script_kick,
	.phys_set_active = set_active,
	.read_guest = read_guest,
	.write_guest = write_guest,
};

const struct vgic_v5_config script_v5 = {
	.cpuif = &vgic_soft_v5_backend,
	.ppi_implemented = { UINT64_C(1) << GICV5_PPI_SW_PPI |
				     UINT64_C(1) << GICV5_PPI_CNTV,
			     0 },
	.ppi_level = { UINT64_C(1) << GICV5_PPI_CNTV, 0 },
	.nr_lpis = 2048,
	.lpi_id_bits = 16,
	.nr_irs = 1,
};

static void make_vm(struct rig *r, uint32_t models)
{
	struct vgic_kvm_config config = {
		.models = models & (VGIC_KVM_HAS_V2 | VGIC_KVM_HAS_V3 |
				    VGIC_KVM_HAS_V5),
		.resample = models & NO_RESAMPLE ? NULL : on_resample,
		.msi = models & WITH_MSI ? on_msi : NULL,
		.ipa_bits = 40,
		.alloc = get_memory,
		.release = give_back,
		.copy_in = copy_in,
		.copy_out = copy_out,
		.cpu_line = cpu_line,
		.ctx = r,
		.gic = {
			.caps = { .nr_lrs = 4, .pri_bits = 5, .pre_bits = 5,
				  .id_bits = 16 },
			.cpuif = &vgic_soft_backend,
			.v5 = script_v5,
			.host = &host,
			.host_ctx = r,
			.nr_side_entries = 4,
		},
	};

	if (models & MANY_SIDES) {
		config.gic.nr_side_entries = 1u << 20;
	}
	if (models & WITH_ITS) {
		config.gic.its.nr_its = 2;
		config.gic.its.nr_lpis = LPI_COUNT;
	}
	r->nr_its = 0;

	assert_int_equal(vgic_kvm_create(&config, &r->vm), 0);
}

/* A CPU interface in software that fits the guest's GIC. */
static void *make_hw(struct rig *r, uint32_t type, uint32_t id)
{
	if (r->nr_hw == NR_HW) {
		return NULL;
	}
	r->hw[r->nr_hw] =
		soft_new(script_model(type), &script_v5, id, &r->caps);
	return r->hw[r->nr_hw++];
}

static uint32_t type_of(const struct step *s)
{
	for (; s->op != OP_END; s++) {
		if (s->op == OP_CREATE && s->err == 0) {
			return (uint32_t)s->attr;
		}
	}
	return VGIC_KVM_DEV_V3;
}

static int create(struct rig *r, const struct step *s)
{
	struct vgic_kvm_create_device c = {
		.type = (uint32_t)s->attr,
		.flags = s->op == OP_TEST ? VGIC_KVM_CREATE_TEST : 0,
	};
	int err = vgic_kvm_create_device(r->vm, &c);

	if (!err && s->op == OP_CREATE) {
		if (s->attr == VGIC_KVM_DEV_ITS) {
			r->its_fd[r->nr_its++] = c.fd;
		} else {
			r->fd = c.fd;
		}
	}
	return err;
}

static uint32_t fd_of(const struct rig *r, const struct step *s)
{
	return s->its ? r->its_fd[s->its - 1] : r->fd;
}

static int attribute(struct rig *r, const struct step *s)
{
	uint32_t fd = fd_of(r, s);
	const struct vgic_kvm_device_attr attr = {
		.group = s->group,
		.attr = s->attr,
		.addr = s->addr,
	};
	uint64_t now, rest;
	int err;

	memset(r->user, 0, 16);
	if (s->op == OP_HAS) {
		return vgic_kvm_has_attr(r->vm, fd, &attr);
	}
	memcpy(r->user, &s->value, sizeof(s->value));
	r->copied = 0;
	if (s->op == OP_SET || s->op == OP_GET_ANY) {
		err = s->op == OP_SET ? vgic_kvm_set_attr(r->vm, fd, &attr) :
					vgic_kvm_get_attr(r->vm, fd, &attr);
		if (!err && s->width && s->width != r->copied) {
			fail_msg("line %d: %zu bytes, not %zu", s->line,
				 r->copied, s->width);
		}
		return err;
	}
	/* Of a region the index is given; else nothing is known before. */
	if (s->group != VGIC_KVM_GRP_ADDR) {
		memset(r->user, 0xa5, 16);
	}
	err = vgic_kvm_get_attr(r->vm, fd, &attr);
	memcpy(&now, r->user, sizeof(now));
	memcpy(&rest, r->user + sizeof(now), sizeof(rest));
	now &= r->copied == 4 ? UINT32_MAX : UINT64_MAX;
	/* Of the one attribute that has two words the second is 0. */
	if (!err && r->copied == 16 && rest) {
		fail_msg("line %d: second word %#llx, not 0", s->line,
			 (unsigned long long)rest);
	}
	if (!err && (now != s->value || !r->copied)) {
		fail_msg("line %d: %#llx, not %#llx", s->line,
			 (unsigned long long)now, (unsigned long long)s->value);
	}
	return err;
}

static int no_such_fd(struct rig *r, const struct step *s)
{
	const struct vgic_kvm_device_attr attr = {
		.group = VGIC_KVM_GRP_NR_IRQS,
		.addr = HERE,
	};
	uint32_t fd = (uint32_t)s->attr;

	assert_int_equal(vgic_kvm_set_attr(r->vm, fd, &attr), ERR(EBADF));
	assert_int_equal(vgic_kvm_get_attr(r->vm, fd, &attr), ERR(EBADF));
	assert_int_equal(vgic_kvm_has_attr(r->vm, fd, &attr), ERR(EBADF));
	return 0;
}

static int guest(struct rig *r, const struct step *s)
{
	struct vgic_vcpu *vcpu = vgic_kvm_vcpu(r->vm, (uint32_t)s->attr);

	vgic_load(vcpu);
	vgic_enter(vcpu);
	vgic_exit(vcpu);
	vgic_put(vcpu);
	return 0;
}

static int pending(struct rig *r, const struct step *s)
{
	struct vgic_vcpu *vcpu = vgic_kvm_vcpu(r->vm, s->group);
	struct vgic_irq_info info;

	assert_int_equal(vgic_get_irq_info(vgic_kvm_gic(r->vm),
					   vgic_vcpu_index(vcpu),
					   (uint32_t)s->attr, &info),
			 VGIC_OK);
	assert_int_equal(s->op == OP_LOADED ? !strcmp(info.place, "lr") :
					      info.pending,
			 s->value);
	return 0;
}

static int nulls(struct rig *r)
{
	assert_int_equal(vgic_kvm_create_device(r->vm, NULL), ERR(EFAULT));
	assert_int_equal(vgic_kvm_set_device_addr(r->vm, NULL), ERR(EFAULT));
	assert_int_equal(vgic_kvm_irq_line(r->vm, NULL), ERR(EFAULT));
	assert_int_equal(vgic_kvm_signal_msi(r->vm, NULL), ERR(EFAULT));
	assert_int_equal(vgic_kvm_irqfd(r->vm, NULL), ERR(EFAULT));
	if (r->fd) {
		assert_int_equal(vgic_kvm_set_attr(r->vm, r->fd, NULL),
				 ERR(EFAULT));
		assert_int_equal(vgic_kvm_get_attr(r->vm, r->fd, NULL),
				 ERR(EFAULT));
		assert_int_equal(vgic_kvm_has_attr(r->vm, r->fd, NULL),
				 ERR(EFAULT));
	}
	return 0;
}

static int other(struct rig *r, const struct step *s)
{
	const struct vgic_kvm_irq_level level = {
		.irq = (uint32_t)s->attr,
		.level = (uint32_t)s->value,
	};
	const struct vgic_kvm_msi msi = {
		.flags = (uint32_t)s->attr,
		.address_lo = (uint32_t)s->value,
		.address_hi = (uint32_t)(s->value >> 32),
		.devid = s->group,
		.data = (uint32_t)s->addr,
	};

	switch (s->op) {
	case OP_LINE:
		return vgic_kvm_irq_line(r->vm, &level);
	case OP_MSI:
		return vgic_kvm_signal_msi(r->vm, &msi);
	case OP_RUN:
		return vgic_kvm_run_begin(r->vm, (uint32_t)s->attr);
	case OP_STOP:
		vgic_kvm_run_end(r->vm, (uint32_t)s->attr);
		return 0;
	case OP_MODELS:
		vgic_kvm_destroy(r->vm);
		make_vm(r, (uint32_t)s->attr);
		return 0;
	case OP_MAP:
		return vgic_map_irq(vgic_kvm_gic(r->vm), 0, (uint32_t)s->attr,
				    (uint32_t)s->attr);
	case OP_NULLS:
		return nulls(r);
	case OP_OWN:
		return vgic_set_owner(vgic_kvm_gic(r->vm), 0, (uint32_t)s->attr,
				      r);
	case OP_NO_MEMORY:
		r->no_memory = s->attr;
		return 0;
	case OP_NO_GIC:
		assert_null(vgic_kvm_gic(r->vm));
		assert_null(vgic_kvm_vcpu(r->vm, (uint32_t)s->attr));
		return 0;
	case OP_SIGNAL:
		return vgic_kvm_irqfd_signal(r->vm, (uint32_t)s->attr);
	case OP_RESAMPLED:
		assert_int_equal(r->resampled, s->attr);
		return 0;
	case OP_AGAIN:
		r->again = (uint32_t)s->attr;
		return 0;
	default:
		assert_int_equal(r->lines[s->attr], s->value);
		return 0;
	}
}

static int set_routes(struct rig *r, const struct step *s)
{
	struct vgic_kvm_routing_entry *entries;
	struct vgic_kvm_routing *routing;
	size_t size = sizeof(*routing) + (size_t)s->attr * sizeof(*entries);
	int err;

	if (!s->entries && !s->value) {
		return vgic_kvm_set_gsi_routing(r->vm, NULL);
	}
	routing = calloc(1, size);
	assert_non_null(routing);
	routing->nr = (uint32_t)s->attr;
	routing->flags = (uint32_t)s->value - 1;
	entries = (struct vgic_kvm_routing_entry *)(routing + 1);
	for (uint32_t i = 0; s->entries && i < routing->nr; i++) {
		entries[i] = s->entries[i];
	}
	err = vgic_kvm_set_gsi_routing(r->vm, routing);
	free(routing);
	return err;
}

static int access_ist(struct rig *r, const struct step *s)
{
	struct vgic_kvm_ist ist = {
		.spi_ist_addr = s->addr,
		.spi_ist_size = s->attr,
		.lpi_ist_addr = s->value ? LPI_IMAGE : 0,
		.lpi_ist_size = s->value,
	};
	const struct vgic_kvm_device_attr attr = {
		.group = VGIC_KVM_GRP_IST,
		.addr = HERE,
	};

	ist.lpi_ist_addr = s->group & IST_NO_LPI ? 0 : ist.lpi_ist_addr;
	ist.lpi_ist_addr = s->group & IST_WILD_LPI ? WILD : ist.lpi_ist_addr;
	memcpy(r->user, &ist, sizeof(ist));
	return s->group & IST_SET ? vgic_kvm_set_attr(r->vm, r->fd, &attr) :
				    vgic_kvm_get_attr(r->vm, r->fd, &attr);
}

static int access_iste(struct rig *r, const struct step *s)
{
	uint8_t *at = user_at(r, SPI_IMAGE + 4 * s->attr, 4);
	uint32_t value = (uint32_t)s->value;

	if (s->op == OP_POKE) {
		memcpy(at, &value, sizeof(value));
		return 0;
	}
	memcpy(&value, at, sizeof(value));
	if (value != s->value) {
		fail_msg("line %d: %#x, not %#x", s->line, value,
			 (uint32_t)s->value);
	}
	return 0;
}

static int ram_is(struct rig *r, const struct step *s)
{
	uint64_t value;

	memcpy(&value, ram_at(r, s->attr, 8), 8);
	if (value != s->value) {
		fail_msg("line %d: %#llx, not %#llx", s->line,
			 (unsigned long long)value,
			 (unsigned long long)s->value);
	}
	return 0;
}

/* So many descriptors, from 1024 on, all of GSI 1. */
static int set_irqfds(struct rig *r, const struct step *s)
{
	for (uint32_t i = 0; i < s->attr; i++) {
		const struct vgic_kvm_irqfd irqfd = { .fd = 1024 + i,
						      .gsi = 1 };

		assert_int_equal(vgic_kvm_irqfd(r->vm, &irqfd), 0);
	}
	return 0;
}

static int set_irqfd(struct rig *r, const struct step *s)
{
	const struct vgic_kvm_irqfd irqfd = {
		.fd = s->group,
		.gsi = (uint32_t)s->value,
		.flags = (uint32_t)s->attr,
		.resamplefd = s->group + 100,
	};

	return vgic_kvm_irqfd(r->vm, &irqfd);
}

/* One access of the guest's, which traps. */
static uint64_t guest_access(struct vgic_vcpu *vcpu, uint32_t reg, bool write,
			     uint64_t value)
{
	bool mmio = reg < 0x1000;

	vgic_load(vcpu);
	vgic_enter(vcpu);
	vgic_exit(vcpu);
	assert_int_equal(
		mmio ? vgic_trap_mmio(vcpu, V2_CPU + reg, 4, write, &value) :
		       vgic_trap_sysreg(vcpu, reg, write, &value),
		VGIC_TRAP_DONE);
	vgic_enter(vcpu);
	vgic_exit(vcpu);
	vgic_put(vcpu);
	return value;
}

static int guest_irq(struct rig *r, const struct step *s, uint32_t type)
{
	struct vgic_vcpu *vcpu = vgic_kvm_vcpu(r->vm, s->group);
	bool is_v2 = type == VGIC_KVM_DEV_V2;
	bool is_v5 = type == VGIC_KVM_DEV_V5;

	if (s->op == OP_WRITE) {
		(void)guest_access(vcpu, (uint32_t)s->attr, true, s->value);
	} else if (s->op == OP_TAKE) {
		uint64_t got = guest_access(vcpu,
					    is_v2 ? GICC_IAR :
					    is_v5 ? GICR_CDIA :
						    ICC_IAR1_EL1,
					    false, 0);

		assert_int_equal((uint32_t)got, s->attr);
	} else {
		(void)guest_access(vcpu,
				   is_v2 ? GICC_EOIR :
				   is_v5 ? GIC_CDEOI :
					   ICC_EOIR1_EL1,
				   true, s->attr);
		if (is_v5) {
			(void)guest_access(vcpu, GIC_CDDI, true, s->attr);
		}
	}
	return 0;
}

static int legacy(struct rig *r, const struct step *s)
{
	const struct vgic_kvm_device_addr addr = { .id = s->attr,
						   .addr = s->value };

	switch (s->op) {
	case OP_IRQCHIP:
		/* Nobody tells its descriptor: there is only one. */
		r->fd = 3;
		return vgic_kvm_create_irqchip(r->vm);
	case OP_DEVICE_ADDR:
		return vgic_kvm_set_device_addr(r->vm, &addr);
	default:
		return vgic_kvm_check_extension(r->vm, (uint32_t)s->attr);
	}
}

static int run_step(struct rig *r, const struct step *s, uint32_t type)
{
	switch (s->op) {
	case OP_CREATE:
	case OP_TEST:
		return create(r, s);
	case OP_VCPU:
		return vgic_kvm_add_vcpu(r->vm, (uint32_t)s->attr,
					 (uint32_t)s->attr,
					 make_hw(r, type, (uint32_t)s->attr));
	case OP_SET:
	case OP_GET:
	case OP_GET_ANY:
	case OP_HAS:
		return attribute(r, s);
	case OP_FD:
		return no_such_fd(r, s);
	case OP_GUEST:
		return guest(r, s);
	case OP_PENDING:
	case OP_LOADED:
		return pending(r, s);
	case OP_IRQCHIP:
	case OP_DEVICE_ADDR:
	case OP_CAP:
		return legacy(r, s);
	case OP_ROUTES:
		return set_routes(r, s);
	case OP_IRQFD:
		return set_irqfd(r, s);
	case OP_IST:
		return access_ist(r, s);
	case OP_POKE:
	case OP_PEEK:
		return access_iste(r, s);
	case OP_RAM:
		memcpy(ram_at(r, s->attr, 8), &s->value, 8);
		return 0;
	case OP_RAM_IS:
		return ram_is(r, s);
	case OP_PULL_RAM:
		r->ram_end = s->attr;
		return 0;
	case OP_IRQFD_NULL:
		return vgic_kvm_irqfd(r->vm, NULL);
	case OP_IRQFDS:
		return set_irqfds(r, s);
	case OP_TAKE:
	case OP_END_OF:
	case OP_WRITE:
		return guest_irq(r, s, type);
	default:
		return other(r, s);
	}
}

void run_script(void **state)
{
	const struct step *s = *state;
	uint32_t type = type_of(s);
	struct rig r = { .ram_end = RAM + sizeof(r.ram) };

	make_vm(&r, VGIC_KVM_HAS_V2 | VGIC_KVM_HAS_V3 | VGIC_KVM_HAS_V5);
	for (; s->op != OP_END; s++) {
		int err = run_step(&r, s, type);

		if (err != s->err) {
			fail_msg("line %d: errno %d, not %d", s->line, -err,
				 -s->err);
		}
	}
	vgic_kvm_destroy(r.vm);
	for (uint32_t i = 0; i < r.nr_hw; i++) {
		free(r.hw[i]);
	}
}
