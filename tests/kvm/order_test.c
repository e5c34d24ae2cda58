/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A GICv3 is made in several calls, whose order KVM leaves to the VMM.  Every
 * order of them: each call succeeds or fails as what came before it demands,
 * and KVM_RUN is refused unless each vCPU has a redistributor that answers.
 */
#include "tests/kvm/fault_rig.h"
#include "tests/machine/soft.h"

#include <stdlib.h>

#include <vgic/trap.h>

/* Region 1 is where the ITS is, too: the one that comes later is refused. */
#define DIST 0x10000u
#define REGION_0 0x100000u
#define REGION_1 ITS_BASE

enum call { VCPU_0, VCPU_1, PLACE_DIST, PLACE_0, PLACE_1, PLACE_ITS, INIT };

#define NR_CALLS 7u

/* What the calls so far have come to. */
struct made {
	uint32_t vcpus, regions;
	bool dist, its, inited;
};

static bool has_vcpu(const struct made *m, uint32_t id)
{
	return m->vcpus & 1u << id;
}

static uint32_t count_vcpus(const struct made *m)
{
	return has_vcpu(m, 0) + has_vcpu(m, 1);
}

static void add_vcpu(struct rig *r, struct made *m, uint32_t id)
{
	int err = vgic_kvm_add_vcpu(r->vm, id, id, r->hw[id]);

	assert_int_equal(err, m->inited ? ERR(EBUSY) : 0);
	m->vcpus |= err ? 0 : 1u << id;
}

static void place_region(struct rig *r, struct made *m, uint32_t index,
			 uint64_t base)
{
	bool refused = index != m->regions ||
		       (base == ITS_BASE && m->its && m->inited);

	assert_int_equal(set(r, r->fd, VGIC_KVM_GRP_ADDR,
			     VGIC_KVM_ADDR_V3_REDIST_REGION,
			     UINT64_C(1) << 52 | base | index),
			 refused ? ERR(EINVAL) : 0);
	m->regions += !refused;
}

static void place_its(struct rig *r, struct made *m)
{
	bool refused = m->inited && m->regions == 2;

	assert_int_equal(
		set(r, r->its, VGIC_KVM_GRP_ADDR, VGIC_KVM_ADDR_ITS, ITS_BASE),
		refused ? ERR(EINVAL) : 0);
	m->its = !refused;
}

static void try_init(struct rig *r, struct made *m)
{
	int err = !m->vcpus		    ? ERR(ENODEV) :
		  m->its && m->regions == 2 ? ERR(EINVAL) :
					      0;

	assert_int_equal(init(r), err);
	m->inited = !err;
	for (uint32_t id = 0; id < NR_VCPUS; id++) {
		assert_int_equal(vgic_kvm_vcpu(r->vm, id) != NULL,
				 m->inited && has_vcpu(m, id));
	}
}

static void make_call(struct rig *r, struct made *m, enum call call)
{
	switch (call) {
	case VCPU_0:
	case VCPU_1:
		add_vcpu(r, m, call - VCPU_0);
		return;
	case PLACE_DIST:
		must_set(r, r->fd, VGIC_KVM_GRP_ADDR, VGIC_KVM_ADDR_V3_DIST,
			 DIST);
		m->dist = true;
		return;
	case PLACE_0:
		place_region(r, m, 0, REGION_0);
		return;
	case PLACE_1:
		place_region(r, m, 1, REGION_1);
		return;
	case PLACE_ITS:
		place_its(r, m);
		return;
	case INIT:
		try_init(r, m);
		return;
	}
}

static uint64_t address(struct rig *r, uint32_t fd, uint64_t attr)
{
	uint64_t base = 0;
	const struct vgic_kvm_device_attr a = {
		.group = VGIC_KVM_GRP_ADDR,
		.attr = attr,
		.addr = (uintptr_t)&base,
	};

	assert_int_equal(vgic_kvm_get_attr(r->vm, fd, &a), 0);
	return base;
}

/* What was refused is not written down. */
static void addresses_are(struct rig *r, const struct made *m)
{
	assert_int_equal(address(r, r->fd, VGIC_KVM_ADDR_V3_DIST),
			 m->dist ? DIST : UINT64_MAX);
	assert_int_equal(address(r, r->fd, VGIC_KVM_ADDR_V3_REDIST),
			 m->regions ? REGION_0 : UINT64_MAX);
	assert_int_equal(address(r, r->its, VGIC_KVM_ADDR_ITS),
			 m->its ? ITS_BASE : UINT64_MAX);
}

/* The guest reads GICR_TYPER of a vCPU, in the order of their creation. */
static void frame_answers(struct rig *r, uint32_t id, uint64_t base)
{
	struct vgic_vcpu *vcpu = vgic_kvm_vcpu(r->vm, id);
	uint64_t typer = 0;

	vgic_load(vcpu);
	assert_int_equal(
		vgic_trap_mmio(vcpu, base + GICR_TYPER, 8, false, &typer),
		VGIC_TRAP_DONE);
	vgic_put(vcpu);
	assert_int_equal(FIELD_GET(GICR_TYPER_Processor_Number, typer), id);
}

static void run(struct rig *r, const struct made *m, uint32_t first)
{
	uint32_t nr_vcpus = count_vcpus(m), other = 1 - first;
	int err = !m->dist || m->regions < nr_vcpus ? ERR(ENXIO) :
		  !m->inited			    ? ERR(EBUSY) :
						      0;

	assert_int_equal(vgic_kvm_run_begin(r->vm, first), err);
	if (nr_vcpus == 2) {
		assert_int_equal(vgic_kvm_run_begin(r->vm, other),
				 err ? ERR(EIO) : 0);
	}
	if (!err) {
		frame_answers(r, first, REGION_0);
	}
	if (!err && nr_vcpus == 2) {
		frame_answers(r, other, REGION_1);
	}
	vgic_kvm_run_end(r->vm, first);
	vgic_kvm_run_end(r->vm, other);
}

static struct rig *new_rig(void)
{
	struct rig *r = calloc(1, sizeof(*r));
	struct vgic_kvm_config config = config_of(r);

	assert_non_null(r);
	r->type = V3;
	for (uint32_t v = 0; v < NR_VCPUS; v++) {
		r->hw[v] = soft_new(VGIC_GICV3, NULL, v, &config.gic.caps);
	}
	return r;
}

/* The same CPUs serve VM after VM. */
static void make_vm(struct rig *r)
{
	struct vgic_kvm_config config = config_of(r);
	struct vgic_kvm_create_device gic = { .type = V3 };
	struct vgic_kvm_create_device its = { .type = VGIC_KVM_DEV_ITS };

	assert_int_equal(vgic_kvm_create(&config, &r->vm), 0);
	assert_int_equal(vgic_kvm_create_device(r->vm, &gic), 0);
	assert_int_equal(vgic_kvm_create_device(r->vm, &its), 0);
	r->fd = gic.fd;
	r->its = its.fd;
	must_set(r, r->fd, VGIC_KVM_GRP_NR_IRQS, 0, 64);
}

/* The nth order of all calls, of which the first `calls` are made. */
static void try_order(struct rig *r, uint32_t n, uint32_t calls)
{
	enum call left[NR_CALLS] = { VCPU_0,  VCPU_1,	 PLACE_DIST, PLACE_0,
				     PLACE_1, PLACE_ITS, INIT };
	struct made m = { 0 };
	uint32_t first = 2;

	make_vm(r);
	for (uint32_t i = 0; i < calls; i++) {
		uint32_t of = NR_CALLS - i, k = n % of;
		enum call call = left[k];

		n /= of;
		left[k] = left[of - 1];
		make_call(r, &m, call);
		if (first == 2 && m.vcpus) {
			first = has_vcpu(&m, 1);
		}
	}
	addresses_are(r, &m);
	if (m.vcpus) {
		run(r, &m, first);
	}
	vgic_kvm_destroy(r->vm);
}

static void made_in_any_order(void **state)
{
	struct rig *r = new_rig();
	uint32_t orders = 1;

	(void)state;
	for (uint32_t calls = 1; calls <= NR_CALLS; calls++) {
		orders *= NR_CALLS + 1 - calls;
		for (uint32_t n = 0; n < orders; n++) {
			try_order(r, n, calls);
		}
	}
	assert_int_equal(r->held, 0);
	for (uint32_t v = 0; v < NR_VCPUS; v++) {
		free(r->hw[v]);
	}
	free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(made_in_any_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
