/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/snapshot/rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/ich.h"
#include "regs/gicv2.h"
#include "regs/gicv3.h"
#include "regs/gicv5.h"
#include "regs/ich.h"
#include "snapshot/snapshot.h"
#include "soft/gicv.h"

#define NR_SPIS 64u
#define MANY_ROUNDS 1000

static void kick(void *ctx, uint32_t vcpu)
{
	struct rig *r = ctx;

	r->kicked[vcpu] = true;
	r->kicks[vcpu]++;
}

static void bug(void *ctx, const char *what, uint32_t vcpu, uint32_t intid)
{
	struct rig *r = ctx;

	print_error("broken: %s (vCPU %d, INTID %x)\n", what, (int)vcpu, intid);
	r->bugs++;
}

static void *ram_at(struct rig *r, uint64_t ipa, size_t len)
{
	uint64_t offset = ipa - RIG_RAM;

	return offset < r->ram_there && len <= r->ram_there - offset ?
		       r->ram + offset :
		       NULL;
}

static int read_guest(void *ctx, uint64_t ipa, void *buf, size_t len)
{
	const void *from = ram_at(ctx, ipa, len);

	if (from) {
		memcpy(buf, from, len);
	}
	return !from;
}

/* What a VMM has to do for whoever moves the memory. */
static void mark_dirty(struct rig *r, uint64_t ipa, size_t len)
{
	uint64_t first = (ipa - RIG_RAM) / 4096;
	uint64_t last = (ipa - RIG_RAM + len - 1) / 4096;

	for (; first <= last; first++) {
		r->dirty[first / 32] |= 1u << first % 32;
	}
}

static int write_guest(void *ctx, uint64_t ipa, const void *buf, size_t len)
{
	void *to = ram_at(ctx, ipa, len);

	if (to) {
		memcpy(to, buf, len);
		mark_dirty(ctx, ipa, len);
	}
	return !to;
}

static void phys_set_active(void *ctx, uint32_t pintid, bool active)
{
	struct rig *r = ctx;

	(void)pintid;
	r->ended += !active;
	r->begun += active;
}

static void deactivate(void *ctx, uint32_t pintid)
{
	phys_set_active(ctx, pintid, false);
}

static const struct vgic_host_ops host_ops = {
	.kick = kick,
	.phys_set_active = phys_set_active,
	.bug = bug,
	.read_guest = read_guest,
	.write_guest = write_guest,
};

uint32_t rig_spi(const struct rig *r, uint32_t n)
{
	return r->config.model == VGIC_GICV5 ? GICV5_SPI(n) : RIG_SPI + n;
}

uint32_t rig_ppi(const struct rig *r, uint32_t n)
{
	return r->config.model == VGIC_GICV5 ? GICV5_PPI(n) : n;
}

static void make_models(struct rig *r, const struct rig_config *config)
{
	const struct model_vcpuif_config model = {
		.nr_lrs = config->nr_lrs ? config->nr_lrs : 4,
		.pri_bits = config->pri_bits ? config->pri_bits : 5,
		.pre_bits = config->pre_bits ? config->pre_bits : 5,
		.id_bits = 16,
		.a3v = true,
		.tdir = true,
		.gicv2 = config->model == VGIC_GICV2,
		.deactivate = deactivate,
		.ctx = r,
	};
	struct model_v5_config pe = { .pri_bits = 5, .id_bits = 16 };

	for (uint32_t b = 0; b < 2; b++) {
		pe.ppi_implemented[b] = r->config.v5.ppi_implemented[b];
		pe.ppi_level[b] = r->config.v5.ppi_level[b];
	}
	for (uint32_t v = 0; v < RIG_VCPUS; v++) {
		assert_true(vgic_soft_vcpuif_init(&r->model[v], &model));
		pe.iaffid = (uint16_t)v;
		assert_true(vgic_soft_v5_reset(&r->pe[v], &pe));
	}
	vgic_soft_vcpuif_caps(&r->model[0], &r->config.caps);
}

static void place(struct rig *r)
{
	if (r->config.model == VGIC_GICV5) {
		for (uint32_t i = 0; i < r->config.v5.nr_irs; i++) {
			assert_int_equal(
				vgic_set_irs_base(r->gic, i,
						  RIG_IRS + i * 0x20000),
				0);
		}
		return;
	}
	assert_int_equal(vgic_set_dist_base(r->gic, RIG_GICD), 0);
	if (r->config.model == VGIC_GICV2) {
		assert_int_equal(vgic_set_cpu_base(r->gic, RIG_GICC), 0);
	} else {
		assert_int_equal(
			vgic_add_redist_region(r->gic, RIG_GICR, RIG_VCPUS), 0);
	}
	for (uint32_t i = 0; i < r->config.its.nr_its; i++) {
		assert_int_equal(
			vgic_set_its_base(r->gic, i, RIG_ITS + i * 0x20000), 0);
	}
}

static void create(struct rig *r)
{
	size_t size = vgic_memory_size(&r->config);

	assert_int_not_equal(size, 0);
	r->memory = aligned_alloc(64, size);
	memset(r->memory, 0xa5, size);
	assert_int_equal(vgic_create(&r->config, r->memory, size, &r->gic),
			 VGIC_OK);
	place(r);
	for (uint32_t v = 0; v < RIG_VCPUS; v++) {
		void *hw = r->config.model == VGIC_GICV5 ? (void *)&r->pe[v] :
							   &r->model[v];

		assert_int_equal(
			vgic_vcpu_create_numbered(
				r->gic, v,
				r->numbers_descend ? RIG_VCPUS - 1 - v : v, v,
				hw, &r->vcpu[v]),
			VGIC_OK);
		for (uint32_t n = 26; n < 28; n++) {
			assert_int_equal(
				vgic_set_owner(r->gic, v, rig_ppi(r, n), r),
				VGIC_OK);
		}
	}
}

void rig_make(struct rig *r, const struct rig_config *config)
{
	memset(r, 0, sizeof(*r));
	r->numbers_descend = config->numbers_descend;
	r->soft = config->nr_lrs == 0 || config->model == VGIC_GICV5;
	r->config = (struct vgic_config){
		.model = config->model,
		.nr_vcpus = RIG_VCPUS,
		.nr_spis = NR_SPIS,
		.nr_redist_regions = 1,
		.nr_side_entries = 16,
		.cpuif = r->soft ? &vgic_soft_backend :
				   &vgic_model_vcpuif_backend,
		.host = &host_ops,
		.host_ctx = r,
		.v5 = {
			.cpuif = &vgic_soft_v5_backend,
			/* SW_PPI, two that devices have, two of nobody's. */
			.ppi_implemented = { UINT64_C(0x3c000008), 1 },
			.ppi_level = { UINT64_C(0x18000000), 0 },
			.nr_lpis = config->nr_lpis ? config->nr_lpis : 1024,
			.lpi_id_bits = 12,
			.nr_irs = 2,
		},
		.its = {
			.nr_its = config->nr_its,
			.nr_lpis = config->nr_its ? RIG_LPIS : 0,
		},
	};
	r->ram_there = RIG_RAM_SIZE;
	make_models(r, config);
	create(r);
}

void rig_free(struct rig *r)
{
	free(r->memory);
	r->memory = NULL;
}

void rig_run(struct rig *r, uint32_t v)
{
	vgic_load(r->vcpu[v]);
	vgic_enter(r->vcpu[v]);
}

void rig_stop(struct rig *r, uint32_t v)
{
	vgic_exit(r->vcpu[v]);
	vgic_put(r->vcpu[v]);
}

void rig_settle(struct rig *r)
{
	uint32_t rounds = 0;
	bool busy;

	do {
		busy = false;
		for (uint32_t v = 0; v < RIG_VCPUS; v++) {
			if (!r->kicked[v] &&
			    (r->config.model == VGIC_GICV5 ||
			     !vgic_model_vcpuif_maintenance(&r->model[v]))) {
				continue;
			}
			r->kicked[v] = false;
			vgic_exit(r->vcpu[v]);
			vgic_enter(r->vcpu[v]);
			busy = true;
		}
		assert_in_range(++rounds, 1, MANY_ROUNDS);
	} while (busy);
}

uint64_t rig_mmio(struct rig *r, uint32_t v, uint64_t ipa, unsigned int width,
		  bool write, uint64_t value)
{
	enum vgic_trap result;

	do {
		vgic_exit(r->vcpu[v]);
		result = vgic_trap_mmio(r->vcpu[v], ipa, width, write, &value);
		vgic_enter(r->vcpu[v]);
		rig_settle(r);
	} while (result == VGIC_TRAP_RETRY);
	return value;
}

static enum model_access untrapped(struct rig *r, uint32_t v, uint32_t enc,
				   bool write, uint64_t *value)
{
	if (r->soft) {
		return MODEL_TRAP;
	}
	return write ? vgic_soft_icv_write(&r->model[v], enc, *value) :
		       vgic_soft_icv_read(&r->model[v], enc, value);
}

uint64_t rig_icc(struct rig *r, uint32_t v, uint32_t enc, bool write,
		 uint64_t value)
{
	if (untrapped(r, v, enc, write, &value) == MODEL_TRAP) {
		vgic_exit(r->vcpu[v]);
		(void)vgic_trap_sysreg(r->vcpu[v], enc, write, &value);
		vgic_enter(r->vcpu[v]);
	}
	rig_settle(r);
	return value;
}

/* A GICv2's CPU interface: GICV's pages, but for DIR, or software. */
static uint64_t gicc(struct rig *r, uint32_t v, uint32_t offset, bool write,
		     uint64_t value)
{
	if (r->soft || offset == GICC_DIR) {
		return rig_mmio(r, v, RIG_GICC + offset, 4, write, value);
	}
	if (write) {
		(void)vgic_soft_gicv_write(&r->model[v], offset, value);
	} else {
		(void)vgic_soft_gicv_read(&r->model[v], offset, &value);
	}
	rig_settle(r);
	return value;
}

/* xorshift64*, S. Vigna, "An experimental exploration", 2016. */
uint32_t rig_random(struct rig *r, uint32_t n)
{
	r->seed ^= r->seed >> 12;
	r->seed ^= r->seed << 25;
	r->seed ^= r->seed >> 27;
	return (uint32_t)((r->seed * UINT64_C(2685821657736338717)) >> 32) % n;
}

static void boot_v5(struct rig *r)
{
	for (uint32_t i = 0; i < 2; i++) {
		rig_mmio(r, 0, RIG_IRS + i * 0x20000 + IRS_CR0, 4, true,
			 IRS_CR0_IRSEN);
	}
	rig_mmio(r, 0, RIG_IRS + IRS_IST_CFGR, 4, true, 10);
	rig_mmio(r, 0, RIG_IRS + IRS_IST_BASER, 8, true,
		 (RIG_RAM + 0x10000) | IRS_IST_BASER_VALID);
	for (uint32_t v = 0; v < RIG_VCPUS; v++) {
		rig_icc(r, v, ICC_CR0_EL1, true, ICC_CR0_EL1_EN);
		rig_icc(r, v, ICC_PCR_EL1, true, 31);
		rig_icc(r, v, ICC_PPI_ENABLER0_EL1, true, UINT64_MAX);
	}
}

void rig_boot(struct rig *r)
{
	for (uint32_t v = 0; v < RIG_VCPUS; v++) {
		rig_run(r, v);
	}
	if (r->config.model == VGIC_GICV5) {
		boot_v5(r);
		return;
	}
	rig_mmio(r, 0, RIG_GICD + GICD_CTLR, 4, true, 3);
	for (uint32_t v = 0; v < RIG_VCPUS; v++) {
		if (r->config.model == VGIC_GICV2) {
			gicc(r, v, GICC_CTLR, true, 3);
			gicc(r, v, GICC_PMR, true, 0xff);
			continue;
		}
		rig_mmio(r, v, RIG_GICR + v * GICR_STRIDE + GICR_WAKER, 4, true,
			 0);
		rig_icc(r, v, ICC_PMR_EL1, true, 0xff);
		rig_icc(r, v, ICC_IGRPEN0_EL1, true, 1);
		rig_icc(r, v, ICC_IGRPEN1_EL1, true, 1);
	}
	if (r->config.its.nr_its) {
		rig_boot_its(r);
	}
}

static void note_ack(struct rig *r, uint32_t v, uint32_t intid)
{
	if (r->depth[v] < 16) {
		r->acked[v][r->depth[v]++] = intid;
	}
}

/* Acknowledge, or end what was acknowledged last; rarely, anything. */
static void take_v3(struct rig *r, uint32_t v)
{
	bool g0 = rig_random(r, 4) == 0;
	uint32_t intid;

	if (rig_random(r, 3)) {
		intid = (uint32_t)rig_icc(
			r, v, g0 ? ICC_IAR0_EL1 : ICC_IAR1_EL1, false, 0);
		if (intid < 1020 || intid >= GIC_LPI_BASE) {
			note_ack(r, v, intid << 1 | g0);
		}
	} else if (r->depth[v]) {
		intid = r->acked[v][--r->depth[v]];
		rig_icc(r, v, intid & 1 ? ICC_EOIR0_EL1 : ICC_EOIR1_EL1, true,
			intid >> 1);
		if (rig_random(r, 2)) {
			rig_icc(r, v, ICC_DIR_EL1, true, intid >> 1);
		}
	}
}

static void take_v2(struct rig *r, uint32_t v)
{
	uint32_t iar;

	if (rig_random(r, 3)) {
		iar = (uint32_t)gicc(r, v, GICC_IAR, false, 0);
		if ((iar & 0x3ff) < 1020) {
			note_ack(r, v, iar);
		}
	} else if (r->depth[v]) {
		iar = r->acked[v][--r->depth[v]];
		gicc(r, v, GICC_EOIR, true, iar);
		if (rig_random(r, 2)) {
			gicc(r, v, GICC_DIR, true, iar);
		}
	}
}

static void take_v5(struct rig *r, uint32_t v)
{
	uint64_t got;

	if (rig_random(r, 3)) {
		got = rig_icc(r, v, GICR_CDIA, false, 0);
		if (got & GICR_CDIA_VALID) {
			note_ack(r, v, (uint32_t)got);
		}
	} else if (r->depth[v]) {
		rig_icc(r, v, GIC_CDEOI, true, 0);
		if (rig_random(r, 2)) {
			rig_icc(r, v, GIC_CDDI, true,
				r->acked[v][r->depth[v] - 1]);
		}
		r->depth[v]--;
	}
}

static void configure_v3(struct rig *r, uint32_t v)
{
	static const uint32_t arrays[] = {
		GICD_ISENABLER, GICD_ICENABLER, GICD_ISPENDR, GICD_ICPENDR,
		GICD_ISACTIVER, GICD_ICACTIVER, GICD_IGROUPR, GICD_ISENABLER,
	};
	bool v3 = r->config.model == VGIC_GICV3;
	uint32_t bank = rig_random(r, 3);
	uint64_t frame = RIG_GICD;
	uint32_t value = 1u << rig_random(r, 32) | 1u << rig_random(r, 32);

	if (v3 && bank == 0) {
		frame = RIG_GICR + rig_random(r, RIG_VCPUS) * GICR_STRIDE +
			GICR_SGI_BASE;
	}
	switch (rig_random(r, 6)) {
	case 0:
		rig_mmio(r, v,
			 frame + GICD_IPRIORITYR + bank * 32 +
				 rig_random(r, 32),
			 1, true, rig_random(r, 256));
		break;
	case 1:
		rig_mmio(r, v, frame + GICD_ICFGR + bank * 8, 4, true,
			 (uint64_t)value << 1);
		break;
	case 2:
		if (v3) {
			rig_mmio(r, v,
				 RIG_GICD + GICD_IROUTER +
					 8 * (RIG_SPI + rig_random(r, 64)),
				 8, true,
				 rig_random(r, 3) ? rig_random(r, 5) :
						    GICD_IROUTER_IRM);
		} else {
			rig_mmio(r, v,
				 RIG_GICD + GICD_ITARGETSR + RIG_SPI +
					 rig_random(r, 64),
				 1, true, rig_random(r, 16));
		}
		break;
	default:
		rig_mmio(r, v, frame + arrays[rig_random(r, 8)] + bank * 4, 4,
			 true, value);
		break;
	}
}

static void control_v3(struct rig *r, uint32_t v)
{
	bool v3 = r->config.model == VGIC_GICV3;

	switch (rig_random(r, 8)) {
	case 0:
		if (v3) {
			rig_icc(r, v, ICC_PMR_EL1, true, rig_random(r, 256));
			rig_icc(r, v, ICC_CTLR_EL1, true,
				rig_random(r, 2) * ICC_CTLR_EL1_EOImode);
		} else {
			gicc(r, v, GICC_PMR, true, rig_random(r, 256));
			gicc(r, v, GICC_CTLR, true, 3 | rig_random(r, 2) << 9);
		}
		break;
	case 1:
		rig_mmio(r, v, RIG_GICD + GICD_CTLR, 4, true,
			 3 - (rig_random(r, 4) == 0));
		break;
	case 2:
		if (v3) {
			rig_mmio(r, v, RIG_GICR + v * GICR_STRIDE + GICR_WAKER,
				 4, true,
				 rig_random(r, 4) ? 0 :
						    GICR_WAKER_ProcessorSleep);
		}
		break;
	default:
		if (v3) {
			rig_icc(r, v, ICC_SGI1R_EL1, true,
				(uint64_t)rig_random(r, 16) << 24 |
					rig_random(r, 16));
		} else {
			rig_mmio(r, v, RIG_GICD + GICD_SGIR, 4, true,
				 rig_random(r, 16) << 16 | rig_random(r, 16));
		}
		break;
	}
}

static uint32_t any_v5(struct rig *r)
{
	return rig_random(r, 2) ? GICV5_SPI(rig_random(r, NR_SPIS)) :
				  GICV5_LPI(rig_random(r, 1024));
}

static void configure_v5(struct rig *r, uint32_t v)
{
	uint32_t intid = any_v5(r);
	uint64_t irs = RIG_IRS + rig_random(r, 2) * 0x20000;

	switch (rig_random(r, 8)) {
	case 0:
		rig_icc(r, v, GIC_CDPRI, true,
			intid | FIELD_PUT(GIC_CDPRI_PRIORITY,
					  (uint64_t)rig_random(r, 32)));
		break;
	case 1:
		rig_icc(r, v, GIC_CDAFF, true,
			intid |
				FIELD_PUT(GIC_CDAFF_IAFFID,
					  (uint64_t)rig_random(r, 5)) |
				(rig_random(r, 3) ? 0 : GIC_CDAFF_IRM));
		break;
	case 2:
		rig_icc(r, v, GIC_CDHM, true,
			intid | (rig_random(r, 2) ? GIC_CDHM_HM : 0));
		break;
	case 3:
		rig_mmio(r, v, irs + IRS_SPI_SELR, 4, true,
			 rig_random(r, NR_SPIS));
		rig_mmio(r, v, irs + IRS_SPI_CFGR, 4, true, rig_random(r, 2));
		break;
	case 4:
		rig_icc(r, v, ICC_PPI_PRIORITYR0_EL1 + rig_random(r, 16), true,
			rig_random(r, UINT32_MAX));
		rig_icc(r, v, ICC_PPI_SPENDR0_EL1, true,
			UINT64_C(1) << rig_random(r, 32));
		break;
	case 5:
		rig_icc(r, v, GIC_CDPEND, true, intid | GIC_CDPEND_PENDING);
		break;
	default:
		rig_icc(r, v, GIC_CDEN, true, intid);
		break;
	}
}

static void control_v5(struct rig *r, uint32_t v)
{
	uint64_t irs = RIG_IRS + rig_random(r, 2) * 0x20000;

	switch (rig_random(r, 6)) {
	case 0:
		rig_icc(r, v, ICC_PCR_EL1, true, rig_random(r, 32));
		break;
	case 1:
		rig_mmio(r, v, irs + IRS_PE_SELR, 4, true,
			 rig_random(r, RIG_VCPUS));
		rig_mmio(r, v, irs + IRS_PE_CR0, 4, true,
			 rig_random(r, 2) * IRS_PE_CR0_DPS);
		break;
	case 2:
		rig_mmio(r, v, irs + IRS_CR0, 4, true,
			 rig_random(r, 4) ? IRS_CR0_IRSEN : 0);
		break;
	case 3:
		rig_icc(r, v, GIC_CDRCFG, true, any_v5(r));
		break;
	default:
		(void)vgic_inject_irq(r->gic, 0, any_v5(r), true, NULL);
		rig_settle(r);
		break;
	}
}

static const struct {
	void (*take)(struct rig *r, uint32_t v);
	void (*configure)(struct rig *r, uint32_t v);
	void (*control)(struct rig *r, uint32_t v);
} guests[] = {
	[VGIC_GICV2] = { take_v2, configure_v3, control_v3 },
	[VGIC_GICV3] = { take_v3, configure_v3, control_v3 },
	[VGIC_GICV5] = { take_v5, configure_v5, control_v5 },
};

static void device(struct rig *r)
{
	uint32_t v = rig_random(r, RIG_VCPUS);
	bool level = rig_random(r, 3) != 0;

	if (rig_random(r, 4) == 0) {
		(void)vgic_inject_irq(
			r->gic, v, rig_ppi(r, 26 + rig_random(r, 2)), level, r);
	} else {
		(void)vgic_inject_irq(r->gic, v,
				      rig_spi(r, rig_random(r, NR_SPIS)), level,
				      NULL);
	}
	rig_settle(r);
}

void rig_chaos(struct rig *r, uint64_t seed, uint32_t steps)
{
	r->seed = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
	rig_boot(r);
	for (uint32_t i = 0; i < steps; i++) {
		uint32_t v = rig_random(r, RIG_VCPUS);

		if (r->config.its.nr_its && rig_random(r, 2)) {
			rig_its_step(r);
			continue;
		}
		switch (rig_random(r, 8)) {
		case 0:
		case 1:
			device(r);
			break;
		case 2:
		case 3:
		case 4:
			guests[r->config.model].take(r, v);
			break;
		case 5:
			guests[r->config.model].control(r, v);
			break;
		default:
			guests[r->config.model].configure(r, v);
			break;
		}
	}
	for (uint32_t v = 0; v < RIG_VCPUS; v++) {
		rig_stop(r, v);
	}
}

uint8_t *rig_save(struct rig *r, size_t *size)
{
	int64_t need = vgic_snapshot_size(r->gic);
	uint8_t *buf;

	assert_true(need > 0);
	buf = malloc((size_t)need);
	assert_true(vgic_snapshot_save(r->gic, buf, (size_t)need) == need);
	*size = (size_t)need;
	return buf;
}

uint8_t *rig_save_vcpu(struct rig *r, uint32_t v, size_t *size)
{
	int64_t need = vgic_snapshot_vcpu_size(r->vcpu[v]);
	uint8_t *buf;

	assert_true(need > 0);
	buf = malloc((size_t)need);
	assert_true(vgic_snapshot_save_vcpu(r->vcpu[v], buf, (size_t)need) ==
		    need);
	*size = (size_t)need;
	return buf;
}

/* CRC-32 of IEEE 802.3 bit by bit, as docs/snapshot.md has it. */
static uint32_t crc32(uint32_t crc, const uint8_t *from, size_t len)
{
	crc = ~crc;
	for (size_t i = 0; i < len; i++) {
		crc ^= from[i];
		for (uint32_t bit = 0; bit < 8; bit++) {
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
		}
	}
	return ~crc;
}

void rig_seal(uint8_t *snapshot, size_t size)
{
	size_t at = SNAP_HEADER_SIZE;
	uint32_t crc;

	snap_put(snapshot + SNAP_LENGTH_AT, 4, size);
	crc = crc32(0, snapshot, SNAP_CRC_AT);
	snap_put(snapshot + SNAP_CRC_AT, 4, crc);
	while (size - at >= SNAP_RECORD_SIZE) {
		uint8_t *record = snapshot + at;
		uint64_t length = snap_get(record + SNAP_RECORD_LENGTH_AT, 4);

		if (length > size - at - SNAP_RECORD_SIZE) {
			return;
		}
		crc = crc32(crc, record, SNAP_RECORD_CRC_AT);
		crc = crc32(crc, record + SNAP_RECORD_SIZE, (size_t)length);
		snap_put(record + SNAP_RECORD_CRC_AT, 4, crc);
		at += SNAP_RECORD_SIZE + (size_t)length;
	}
}

uint8_t *rig_record(uint8_t *snapshot, size_t size, uint32_t type,
		    uint32_t *length)
{
	size_t at = SNAP_HEADER_SIZE;

	while (at < size) {
		uint32_t n = (uint32_t)snap_get(
			snapshot + at + SNAP_RECORD_LENGTH_AT, 4);

		if (snap_get(snapshot + at, 2) == type) {
			*length = SNAP_RECORD_SIZE + n;
			return snapshot + at;
		}
		at += SNAP_RECORD_SIZE + n;
	}
	return NULL;
}

void rig_check(struct rig *r)
{
	assert_int_equal(vgic_check_invariants(r->gic), 0);
	assert_int_equal(r->bugs, 0);
}
