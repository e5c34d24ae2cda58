/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <vgic/its.h>

#include "core/irq.h"
#include "model/ich.h"
#include "model/v5_ich.h"
#include "tests/usual.h"
#include "world.h"

struct world w;

static uint8_t memory[64 * 1024] __attribute__((aligned(64)));

/* A world as it was when it was new: most of an order's time is making it. */
static struct {
	uint32_t key;
	size_t size;
	struct world w;
	struct model_v5_cpuif pe[NR_VCPUS];
	uint8_t memory[sizeof(memory)];
} image;

/* Is this world, whose parameters are `key`, the one that was made last? */
static bool recall(uint32_t key, struct model_v5_cpuif *pe)
{
	if (image.key != key) {
		return false;
	}
	w = image.w;
	if (pe) {
		memcpy(pe, image.pe, sizeof(image.pe));
	}
	memcpy(memory, image.memory, image.size);
	return true;
}

static void keep(uint32_t key, const struct model_v5_cpuif *pe,
		 const struct vgic_config *config)
{
	image.key = key;
	image.w = w;
	if (pe) {
		memcpy(image.pe, pe, sizeof(image.pe));
	}
	image.size = vgic_memory_size(config);
	memcpy(image.memory, memory, image.size);
}

static void kick(void *ctx, uint32_t vcpu)
{
	(void)ctx;
	sched_point("kick", 0);
	w.kicked[vcpu] = true;
}

static void bug(void *ctx, const char *what, uint32_t vcpu, uint32_t intid)
{
	(void)ctx;
	(void)vcpu;
	(void)intid;
	sched_fail(what);
}

static void phys_set_active(void *ctx, uint32_t pintid, bool active)
{
	(void)ctx;
	(void)pintid;
	w.phys_active = active;
}

static void hw_deactivate(void *ctx, uint32_t pintid)
{
	phys_set_active(ctx, pintid, false);
}

static const struct vgic_host_ops host_ops = {
	.kick = kick,
	.bug = bug,
	.phys_set_active = phys_set_active,
};

void must(bool holds, const char *what)
{
	if (!holds) {
		sched_fail(what);
	}
}

void enter(uint32_t v)
{
	vgic_load(w.vcpu[v]);
	w.kicked[v] = false;
	vgic_enter(w.vcpu[v]);
	w.in_guest[v] = true;
}

void leave(uint32_t v)
{
	w.in_guest[v] = false;
	vgic_exit(w.vcpu[v]);
}

void slice(uint32_t v)
{
	leave(v);
	enter(v);
}

bool is_due(uint32_t v)
{
	return w.in_guest[v] &&
	       (w.kicked[v] || vgic_model_vcpuif_maintenance(&w.model[v]));
}

/* The exits that a vCPU is due, and no others. */
void serve(uint32_t v)
{
	for (unsigned int n = 0; is_due(v); n++) {
		if (n == 20) {
			sched_fail("exits without end");
			return;
		}
		if (w.gic->v5) {
			w.kicked[v] = false;
			(void)reenter_as_usual(w.vcpu[v]);
		} else {
			slice(v);
		}
	}
}

void settle(void)
{
	bool again;

	do {
		again = false;
		for (uint32_t v = 0; v < NR_VCPUS; v++) {
			again |= is_due(v);
			serve(v);
		}
	} while (again);
}

void icc_write(uint32_t v, uint32_t sysreg, uint64_t value)
{
	sched_point("guest", 0);
	(void)vgic_soft_icv_write(&w.model[v], sysreg, value);
}

uint32_t ack(uint32_t v)
{
	uint64_t intid = SPURIOUS;

	sched_point("guest", 0);
	(void)vgic_soft_icv_read(&w.model[v], ICC_IAR1_EL1, &intid);
	if (intid == SPI) {
		w.acks++;
		w.active = true;
		w.seen[1] = true;
	}
	return (uint32_t)intid;
}

void eoi(uint32_t v, uint32_t intid)
{
	icc_write(v, ICC_EOIR1_EL1, intid);
	if (intid == SPI) {
		w.active = false;
		w.seen[0] = true;
	}
}

uint32_t index_of(uint32_t intid)
{
	return vgic_irq_index(w.gic, 0, intid);
}

uint64_t word_of(uint32_t intid)
{
	return vgic_irq_word(w.gic, index_of(intid));
}

/* On the thread of vCPU v. */
void change(uint32_t v, uint32_t intid, enum vgic_change what, uint32_t arg)
{
	vgic_irq_change(w.gic, w.vcpu[v], index_of(intid), what, arg);
}

void inject(uint32_t intid)
{
	(void)vgic_inject_irq(w.gic, 0, intid, true, NULL);
}

void set_gates(uint32_t v, uint32_t enables)
{
	vgic_store_seq(&w.gic->gicd_ctlr, enables);
	vgic_notify_all(w.gic, w.vcpu[v], ATTN_GATES);
}

void setup(uint32_t intid, uint32_t prio)
{
	change(0, intid, VGIC_SET_PRIORITY, prio);
	change(0, intid, VGIC_SET_ENABLE, 0);
}

/* Modelled CPU interfaces, and what the library has to know of them. */
static void make_models(uint32_t nr_lrs, bool gicv2, struct vgic_config *config)
{
	const struct model_vcpuif_config model = {
		.nr_lrs = (uint8_t)nr_lrs,
		.pri_bits = 5,
		.pre_bits = 5,
		.id_bits = 16,
		.a3v = true,
		.tdir = true,
		.gicv2 = gicv2,
		.deactivate = hw_deactivate,
	};

	memset(&w, 0, sizeof(w));
	for (uint32_t v = 0; v < NR_VCPUS; v++) {
		vgic_soft_vcpuif_init(&w.model[v], &model);
	}
	vgic_soft_vcpuif_caps(&w.model[0], &config->caps);
	config->cpuif = &vgic_model_vcpuif_backend;
}

void make_hardware(bool gicv2, struct vgic_config *config)
{
	make_models(2, gicv2, config);
	config->host = &host_ops;
}

void open_cpu(uint32_t v)
{
	enter(v);
	icc_write(v, ICC_PMR_EL1, 0xff);
	icc_write(v, ICC_IGRPEN1_EL1, 1);
	leave(v);
}

static void make(uint32_t nr_lrs, const struct vgic_host_ops *host,
		 uint32_t nr_its)
{
	struct vgic_config config = {
		.arch = &vgic_gicv3_its,
		.nr_vcpus = NR_VCPUS,
		.nr_spis = 4,
		.nr_redist_regions = 1,
		.nr_side_entries = 1,
		.host = host,
		.its = { .nr_its = nr_its, .nr_lpis = 4 * nr_its },
	};
	const uint32_t key = 1u << 31 | nr_its << 8 | nr_lrs;

	if (recall(key, NULL)) {
		return;
	}
	make_models(nr_lrs, false, &config);
	must(vgic_create(&config, memory, sizeof(memory), &w.gic) == VGIC_OK,
	     "create");
	for (uint32_t v = 0; v < NR_VCPUS; v++) {
		vgic_vcpu_create(w.gic, v, v, &w.model[v], &w.vcpu[v]);
		open_cpu(v);
	}
	set_gates(0, 3);
	setup(SPI, 0x80);
	keep(key, NULL, &config);
}

void make_world(uint32_t nr_lrs)
{
	make(nr_lrs, &host_ops, 0);
}

void make_world_its(uint64_t its, uint64_t redist,
		    int (*read_guest)(void *, uint64_t, void *, size_t),
		    int (*write_guest)(void *, uint64_t, const void *, size_t))
{
	static struct vgic_host_ops host;

	host = host_ops;
	host.read_guest = read_guest;
	host.write_guest = write_guest;
	make(2, &host, 1);
	must(vgic_add_redist_region(w.gic, redist, NR_VCPUS) == VGIC_OK &&
		     vgic_set_its_base(w.gic, 0, its) == VGIC_OK,
	     "place");
}

/* Guest RAM is everywhere, and empty. */
static int read_empty(void *ctx, uint64_t ipa, void *buf, size_t len)
{
	(void)ctx;
	(void)ipa;
	memset(buf, 0, len);
	return 0;
}

void make_world_v5(struct model_v5_cpuif *pe, uint64_t irs, uint32_t nr_lpis)
{
	static struct vgic_host_ops host;
	const struct vgic_config config = {
		.arch = &vgic_gicv5,
		.nr_vcpus = NR_VCPUS,
		.nr_spis = 4,
		.host = &host,
		.v5 = { .cpuif = &vgic_soft_v5_backend,
			.nr_lpis = nr_lpis,
			.lpi_id_bits = 10,
			.nr_irs = 1 },
	};

	const uint32_t key = 1u << 30 | nr_lpis;

	if (recall(key, pe)) {
		return;
	}
	host = host_ops;
	host.read_guest = read_empty;
	memset(&w, 0, sizeof(w));
	must(vgic_create(&config, memory, sizeof(memory), &w.gic) == VGIC_OK &&
		     vgic_set_irs_base(w.gic, 0, irs) == VGIC_OK,
	     "create");
	for (uint32_t v = 0; v < NR_VCPUS; v++) {
		must(vgic_soft_v5_init(&pe[v], &config.v5, (uint16_t)v) == 0,
		     "create a PE");
		vgic_vcpu_create(w.gic, v, v, &pe[v], &w.vcpu[v]);
	}
	keep(key, pe, &config);
}
