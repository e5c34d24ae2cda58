# SPDX-License-Identifier: BSD-2-Clause
#
# One rule of the library each, and the sed program that breaks it.  Sourced by
# mutate.sh.  rule NAME FILE SED

lr=src/cpuif/lr.c
queue=src/core/queue.c
stack=src/core/stack.c
irq=src/core/irq.c
word=src/core/word.h
gic=src/core/gic.h

# Statistics
rule 'a round that hardware ended is not counted' $irq \
	'/^static bool newly_pending/,/^}/ s/ | W_FIRED//'

# Overflow and EOIcount
rule 'EOIcount counted from the bottom of the stack' $stack \
	'/^void vgic_stack_credit/,/^}/ s/__builtin_ctz(left)/31 - __builtin_clz(left)/; /^void vgic_stack_credit/,/^}/ s/left &= left - 1/left \&= ~(1u << (31 - __builtin_clz(left)))/'
rule 'an EOI of what another vCPU deactivated ends an outer one' $lr \
	'/^static bool still_runs/,/^}/ s/return .*/return level > 128;/'
rule 'the active priority of a register counts for the stack' $lr \
	'/^static void find_running/,/^}/ s/used = vcpu->ich.used; used;/used = 0; used;/'
rule 'a stale bit of a stack level' $stack \
	'/^static uint32_t unlink_from/,/^}/ s/vcpu->stacked &= .*/(void)level;/'
rule 'what is active again stays in its old chain' $stack \
	'/^static void sweep/,/^}/ s/ && w_actprio(word) >> 3 == level//'
rule 'a write of a route waits for all other writers' src/core/route.c \
	's/round < ROUTE_ROUNDS/round < UINT32_MAX/'
rule 'a route that gave way is not written again' src/v3/dist.c \
	's/mmio->retry = !vgic_set_route_bits/(void)vgic_set_route_bits/'
rule 'one entry takes in the whole inbox' $queue \
	'/^static bool work_off_all/,/^}/ s/vcpu->effort > 0/true/'
rule 'one entry drops all dead entries' $queue \
	'/^static uint32_t settle_best/,/^}/ s/vcpu->effort <= 0/vcpu->effort < -100000000/'
rule 'one entry sweeps the whole stack' $stack \
	'/^static void sweep/,/^}/ s/ && vcpu->effort > 0//'
rule 'nobody comes back for the backlog' src/core/enter.c \
	'/^static void attend/,/^}/ s/config->host->kick(.*/(void)config;/'
rule 'a vCPU sleeps over its backlog' src/core/enter.c \
	'/^bool vgic_pending/,/^}/ s/return vgic_load_relaxed(&vcpu->attention) ||/return/'
rule 'what is posted later overtakes the backlog' $queue \
	'/^static bool work_off/,/^}/ s/if (b->reversing != VGIC_NIL)/if (b->reversing == VGIC_NIL \&\& vgic_load_relaxed(\&vcpu->inbox) != VGIC_NIL) { b->reversing = vgic_exchange(\&vcpu->inbox, VGIC_NIL); } else if (b->reversing != VGIC_NIL)/'
rule 'EOIcount credited to what software activated' $stack \
	'/^static uint32_t credit/,/^}/ s/!(word & W_ACKED)/false/'
rule 'EOIcount credited once, whatever it counts' $stack \
	'/^static uint32_t credit/,/^}/ s/count--/count = 0/'
rule 'EOIcount credited to a life before the reset' $lr \
	'/^static void disown/,/^}/ s/was & ~W_ACKED/was/'
rule 'EOIcount left standing' $lr \
	'/^static void fold/,/^}/ s/vcpu->ich.hcr_dirty = true;//'
rule 'no maintenance for an end outside the registers' $lr \
	'/^static uint32_t control/,/^}/ s/ICH_HCR_EL2_LRENPIE/0/'
rule 'NPIE left set' $lr \
	'/^static uint32_t control/,/^}/ s/hcr = ICH_HCR_EL2_En/hcr = ICH_HCR_EL2_En | (vcpu->ich.hcr \& ICH_HCR_EL2_NPIE)/'
rule 'NPIE not set though the queue has more' $lr \
	'/^static uint32_t control/,/^}/ s/hcr |= ICH_HCR_EL2_NPIE/hcr |= 0/'
rule 'registers full of actives hide a candidate' $lr \
	'/^static bool exchange_one/,/^}/ s/uint32_t below = PRIO_NONE/uint32_t below = 0/'
rule 'a better candidate does not take the place of a worse' $lr \
	'/^static bool exchange_one/,/^}/ s/if (pending) {/if (pending) { return false;/'
rule 'no refill after the last candidate was taken' $lr \
	'/One candidate less/,/^	}/ s/vcpu->refill |= \(.*\);/(void)(\1);/'
rule 'no refill when a fold filled the queue' $queue \
	'/case PLACE_QUEUE:/,/break;/ s/vcpu->refill = true;//'
rule 'the most urgent is evicted, not the least' $lr \
	'/^static unsigned int find_victim/,/^}/ { s/prio >= worst/prio <= worst/; s/worst\[2\] = { 0, 0 }/worst[2] = { 255, 255 }/ }'

rule 'EOIcount of what was deactivated since ends another' $irq \
	'/^static uint64_t clear_active/,/^}/ s/w_place(word) == PLACE_STACK ? word : word/word/'

# Edges, levels, pending state
rule 'an edge dropped while disabled' $irq \
	'/^static uint64_t set_pending/,/^{/ s/^{/{ if (!(word \& W_ENABLE)) { return word; }/'
rule 'an edge dropped while active in a register' $word \
	'/^static inline uint64_t w_settle/,/^}/ s/(w & W_NEW) ||/(w \& W_NEW \& 0) ||/'
rule 'pending cleared elsewhere stays in a register' $word \
	'/^static inline uint64_t w_settle/,/^}/ s/(w & (W_PEND | W_UNPEND)) == W_PEND/(w \& W_PEND)/'
rule 'a latched level outlives its acknowledge' $lr \
	'/^static uint64_t merge/,/^}/ s/~(W_PEND | W_LINE) : ~W_PEND/~W_LINE : UINT64_MAX/'
rule 'a level is not asked for again at its end' $lr \
	'/^static bool needs_eoi/,/^}/ s/(word & (W_LEVEL | W_LINE)) == (W_LEVEL | W_LINE)/false/'
rule 'pending and active in one register' $lr \
	'/^static bool may_pend/,/^}/ s/w_wanted(word)/w_pending(word) \&\& (word \& W_ENABLE)/'
rule 'ISPENDR forgets what was active meanwhile' $lr \
	'/^static bool needs_eoi/,/^}/ s/w_active(word) && w_pending(word)/false/'

rule "an SGI's next sender is not asked for" $lr \
	'/^static bool needs_eoi/,/^}/ s/vgic_v2_waits(gic, index))/vgic_v2_waits(gic, index) \&\& false)/'

# Priorities and groups
rule 'an active interrupt changes its priority' $lr \
	'/^static uint64_t lr_value/,/^}/ s/w_actprio(word)/w_prio(word)/'
rule 'a priority change does not move a queued interrupt' $irq \
	'/^static void tell_holder/,/^}/ s/W_GROUP1 | W_PRIO_MASK | W_TARGET_MASK/W_GROUP1 | W_TARGET_MASK/'
rule 'a group that opens is not noticed' $lr \
	'/^static uint32_t control/,/^}/ s/ICH_HCR_EL2_VGrp1EIE/0/'
rule 'a group that closed keeps its registers' $lr \
	'/^static bool group_is_open/,/^}/ s/return vcpu->open_groups/return (vcpu->open_groups | 3)/'
rule 'WFI ignores the running priority' $lr \
	'/^static uint32_t running_prio/,/^}/ s/if (apr)/if (apr == 1)/'

# Other vCPUs
rule 'DIR elsewhere ignored' src/v3/sysreg.c \
	'/^static void write_dir/,/^}/ s/index == VGIC_NIL)/index == VGIC_NIL || w_owner(vgic_irq_word(vcpu->gic, index)) != vcpu->index)/'
rule 'DIR not trapped' $lr \
	's/return ICH_HCR_EL2_TDIR;/return 0;/'
rule 'a register is not looked at when its word changed' $irq \
	'/case PLACE_LR:/,/break;/ s/ATTN_LRS/0/'
rule 'an active outside is not ended from elsewhere' $irq \
	'/case PLACE_STACK:/,/break;/ s/ATTN_STACK/0/'
rule 'an active in a register is not ended from elsewhere' $word \
	'/^static inline uint64_t w_settle/,/^}/ s/(w & (W_ACTIVE | W_DEACT)) == W_ACTIVE/(w \& W_ACTIVE)/'
rule 'rerouted, but not handed over' $queue \
	'/^static uint64_t judge/,/^}/ s/ && w_target(word) == vcpu->index//'
rule 'posted, but nobody is kicked' $irq \
	'/^void vgic_notify(/,/^}/ s/v != self/v != self \&\& !v/'
rule 'pending and active read without asking the holder' src/core/sync.c \
	'/^static bool was_out_since/,/^{/ s/^{/{ return true;/'
rule '1 of N finds nobody' src/core/route.c \
	'/^uint32_t vgic_pick_1ofn/,/^}/ s/return pick;/return VGIC_NOWHERE;/'

# Two at once
route=src/core/route.c
rule 'race: half a route written over the other half' $route \
	'/^void vgic_set_route_bits/,/^}/ s/now = (was & ~mask) | (route & mask)/now = route | (mask \& 0)/'
rule 'race: a route read, changed and stored' $route \
	'/^void vgic_set_route_bits/,/^}/ s/while (!vgic_cas(stored, &was, now))/while (0); vgic_store_seq(stored, now)/'
rule 'race: the route of one write, the target of another' $route \
	'/^void vgic_set_route_bits/,/^}/ s/if (now == was)/if (now == was || 1)/'
rule 'race: the mode of one write, the affinity of another' $route \
	'/^void vgic_set_route(/,/^}/ s/if (irm) {/if (irm) { vgic_store_seq(\&gic->irqs[index].route, route);/'
rule 'race: a target agreed on takes away 1 of N' $route \
	'/^void vgic_set_route_bits/,/^}/ s/change = VGIC_RETARGET/change = VGIC_SET_TARGET/'
rule 'race: Aff3 takes away 1 of N' $irq \
	'/case VGIC_RETARGET/,/case VGIC_SET_1OFN/ s/word & W_IRM ? word : w_set_target(word,/w_set_target(word \& ~W_IRM,/'
rule 'race: two owners of one side entry' src/core/side.c \
	'/^static struct vgic_side \*get_side/,/^}/ s/key == 0 || key == index + 1/key == 0/'

# Hosts that lack something, or do it wrong
rule 'quirk: no TDIR, no trap for an SPI that another has' $lr \
	'/^static uint32_t dir_trap/,/^}/ s/vgic_load_seq(&gic->spis_out)/false/'
rule 'quirk: no TDIR, no trap for what is beyond the registers' $lr \
	'/^static uint32_t dir_trap/,/^}/ s/vcpu->stacked/false/'
rule 'quirk: no TDIR, trapping for ever' $lr \
	'/^static uint32_t dir_trap/,/^}/ s/: *0;/: ICH_HCR_EL2_TC;/; /^static uint32_t dir_trap/,/^}/ s/^		       0;/		       ICH_HCR_EL2_TC;/'
rule 'quirk: no TDIR, nobody told of the first SPI' $queue \
	'/^void vgic_queue_count/,/^}/ s/vgic_notify_all(gic, self, ATTN_TRAPS)/(void)self/'
rule 'quirk: no TDIR, the last SPI is never given up' $queue \
	'/^void vgic_queue_count/,/^}/ s/vgic_fetch_add(&gic->spis_out, UINT32_MAX);//'
rule 'quirk: no TDIR, an SPI made active by software not seen' $irq \
	'/^void vgic_irq_change/,/^}/ s/vgic_queue_moved(.*);//'
rule 'quirk: EOIs counted as deactivations with EOImode 1' $lr \
	'/^static void fold/,/^}/ s/if (!(vcpu->ich.vmcr & ICH_VMCR_EL2_VEOIM))/if (true)/'
rule 'quirk: a trapped PMR never reaches the hardware' src/v3/common.c \
	'/^enum vgic_trap vgic_v3_common/,/^}/ s/vcpu->ich.vmcr_dirty = true;//'
rule 'quirk: a trapped PMR lost when the vCPU leaves its CPU' $lr \
	'/^static void put/,/^}/ s/if (vcpu->ich.vmcr_dirty)/if (false)/'
rule 'quirk: priority bits that are not there' src/v3/common.c \
	'/^static void write_pmr/,/^}/ s/value &= ~(/value |= 0 \& (/'
rule 'quirk: the HW bit used where it does nothing' src/core/side.c \
	'/^const struct vgic_side .vgic_phys_by_hw/,/^}/ s/ || !gic->config.caps.hw_deactivation//'
rule 'quirk: ended by hardware and by software' $lr \
	'/^static uint64_t merge/,/^}/ s/now &= ~W_PHYS;//'
rule 'quirk: list registers though SErrors reach the host' src/core/create.c \
	'/^static bool is_safe/,/^}/ s/!config->caps.broken_seis/true/'

# What registers do to mapped interrupts, and to the physical ones behind
regs=src/mmio/irq.c
rule 'hw: made pending, but not held' $irq \
	'/^static uint64_t hold/,/^}/ s/return wanted \&\&/return false \&\& wanted \&\&/'
rule 'hw: held again, though it is held' $queue \
	'/^uint64_t vgic_queue_activate/,/^}/ s/if (!(word & W_PHYS))/if (true)/'
rule 'hw: held only once it is enabled' $irq \
	'/^uint64_t vgic_irq_claim/,/^}/ s/(word & W_HOLD)/false/'
rule 'hw: not held when it goes into a register' $lr \
	'/^static void take_in/,/^}/ { s/now = vgic_queue_hold(vcpu, index,/now = (/; s/PLACE_LR));/PLACE_LR) \& ~W_HOLD);/ }'
rule 'hw: what is pending behind outlives ICPENDR' $regs \
	'/^static void forget/,/^}/ s/vgic_phys_unpend(vcpu->gic, index);//'
rule 'hw: ICPENDR leaves a line that fell recorded' $regs \
	'/^static void forget/,/^}/ s/resample(vcpu, index, word);/(void)word;/'
rule 'hw: enabled without a look at the line' $regs \
	'/^void vgic_mmio_write_isenabler/,/^}/ s/resample/forget/'
rule 'hw: ISPENDR reads what was recorded' $regs \
	'/^static bool is_pending/,/^}/ s/if (!mmio->user/if (false \&\& !mmio->user/'
rule 'hw: a VMM restores pending state onto the physical one' $regs \
	'/^static void change_ones/,/^}/ s/change, !mmio->user/change, true/'
rule 'hw: a VMM looks at lines' $regs \
	'/^static void change_ones/,/^}/ s/ && !mmio->user//'
rule 'hw: a VMM changes what is active physically' $regs \
	'/^static uint64_t without_mapped/,/^}/ s/mmio->user \&\&/!mmio->user \&\& false \&\&/'
rule 'hw: a PPI of another CPU touched' src/core/side.c \
	'/^bool vgic_phys_reachable/,/^}/ s/index >= gic->first_spi/true/'

# Mapped interrupts
rule 'the HW bit without a physical interrupt' $lr \
	'/^static uint64_t lr_value/,/^}/ s/(word & W_PHYS) && //'
rule 'a physical interrupt is held for nothing' $queue \
	'/^static uint64_t judge/,/^}/ s/w_phys_idle(word)/false/'
rule 'a mapped level that fell is delivered' $lr \
	'/^static bool fell/,/^}/ s/!vgic_phys_level(vcpu, index, word)/!vcpu \&\& !vgic_phys_level(vcpu, index, word)/'
rule 'a mapped interrupt that came anew is taken for the old' $word \
	'/^static inline uint64_t w_settle/,/^}/ s/settled |= W_PHYS |/settled |=/'

# GICv5, after the rules of docs/from-kvm.md
ppi=src/cpuif/ppi.c
side=src/core/side.c
cpu5=src/v5/cpu.c
ist=src/v5/ist.c
irs=src/v5/irs.c
ids5=src/v5/ids.c
sweep=src/v5/sweep.c
ich5=src/cpuif/ich5.c
rule 'B1: direct injection between PPIs that differ' $side \
	'/^int vgic_map_irq/,/^}/ s/direct && pintid != intid/direct \&\& !pintid/'
rule 'B1: direct injection outlives the mapping' $side \
	'/^int vgic_unmap_irq/,/^}/ s/direct_injection(gic, index, false);//'
rule 'B1: a blocked vCPU believes what it last knew' $ppi \
	'/^static bool any_below/,/^}/ s/device_up(vcpu, ppi)/(device_up(vcpu, ppi) || vcpu)/'
rule 'B1: direct injection is not turned on' $ich5 \
	'/^static void enter/,/^}/ s/vgic_msr(ICH_PPI_DVIR0_EL2, image->dvir\[0\]);//'
rule 'B1: the host does not get its PPIs back' $ich5 \
	'/^static void leave/,/^}/ s/vgic_msr(ICH_PPI_DVIR0_EL2, 0);//'
rule 'B1: what DVI showed becomes a latch' $ppi \
	'/^static void read_registers/,/^}/ s/~(v->ppi.hvir\[b\] | v->ppi.dvir\[b\])/~v->ppi.hvir[b]/'
rule 'B1: direct injection of what the guest does not get' $ppi \
	'/^static void take_ppi/,/^}/ s/if (vgic_load_relaxed(&vcpu->gic->v5->ppi_exposed\[bank\]) & bit)/if (bank < 2)/'
rule 'B2: unmapping takes the ops away' $side \
	'/^int vgic_unmap_irq/,/^}/ s/^	return VGIC_OK;/	vgic_side_of(gic, index)->ops = NULL; return VGIC_OK;/'
rule 'B2: ops are taken to ask for less than they do' $side \
	'/^int vgic_set_irq_ops/,/^}/ s/vgic_fetch_or(&gic->ops_seen, vgic_ops_bits(ops));//'
rule 'B2: nobody looks for ops that deliver themselves' $gic \
	's/ops->queue_irq_unlock ? OPS_QUEUE/ops->queue_irq_unlock ? 0/'
rule 'the end of an interrupt is told to nobody' $gic \
	's/ops->irq_acked ? OPS_ACKED/ops->irq_acked ? 0/'
rule 'B2: queue_irq_unlock is passed over' $side \
	'/^bool vgic_side_queue(/,/^}/ s/own && w_wanted(word)/false \&\& own/'
rule 'B2: what a device declines is lost' $side \
	'/^bool vgic_side_queue(/,/^}/ s/fallback && fallback->queue_irq_unlock/false \&\& fallback/'
rule 'B2: ops count without a mapping' $ppi \
	'/^static bool device_up/,/^}/ s/(word & W_HW) &&//'
rule 'B2: a line outlives the mapping of its interrupt' $side \
	'/^int vgic_map_irq/,/^}/ s/tell_default(gic, index);/if (false) { tell_default(gic, index); }/'
rule 'B2: set_pending_state is passed over' $side \
	'/^bool vgic_side_set_pending/,/^}/ s/return side && side->ops/return 0 \&\& side->ops/'
rule 'B2: nobody is kicked for a PPI' $ppi \
	'/^static bool queue_ppi/,/^}/ s/vgic_notify(gic, NULL, vcpu_index, ATTN_PPIS);//'
rule 'B3: a number without a type is a PPI' src/v5/ids.c \
	'/^uint32_t vgic_v5_index/,/^}/ s/case GICV5_INTID_TYPE_PPI:/case 0: case GICV5_INTID_TYPE_PPI:/'
rule 'B4: a level stays latched' $ppi \
	'/^static void merge_levels/,/^}/ s/(v->ppi.pendr\[b\] & ~levels\[b\]) |/(v->ppi.pendr[b] | (levels[b] \& 0)) |/'
rule 'B4: an edge does not survive the exit' $ppi \
	'/^static void merge_levels/,/^}/ s/(v->ppi.pendr\[b\] & ~levels\[b\]) |/(levels[b] \& 0) |/'
rule 'B4: an edge that comes while one is pending is dropped' $ppi \
	'/^static void consume_edge/,/^}/ s/|= UINT64_C(1)/^= UINT64_C(1)/'
rule 'B4: hidden PPIs come back with an exit' $ppi \
	'/^static void read_registers/,/^}/ s/v->ppi.activer\[b\] &= ~v->ppi.hvir\[b\];//'
rule 'B4: the guest enables what it does not get' $cpu5 \
	'/^static enum vgic_trap trapped_sysreg/,/^}/ s/\*value & ~image->hvir\[bank\]/*value/'
rule 'B5: what the mask lets through just so does not wake' $ppi \
	'/^static uint32_t priority_mask/,/^}/ s/image->vmcr) + 1;/image->vmcr);/'
rule 'B5: the running priority wakes for its equal' $ppi \
	'/^static uint32_t priority_mask/,/^}/ s/return running < mask ? running : mask/return running < mask ? running + 1 : mask/'
rule 'B5: an active PPI wakes' $ppi \
	'/^static bool signals/,/^}/ s/ & ~v->ppi.activer\[b\]//'
rule 'B5: no doorbell when only priority 0 can be taken' $ppi \
	'/^void vgic_put_wfi/,/^}/ s/if (mask &&/if (mask > 1 \&\&/'
rule 'B5: a doorbell though the IRS is off' $ppi \
	'/^void vgic_put_wfi/,/^}/ s/ && vgic_v5_forwards(vcpu)//'
rule 'B5: the doorbell rings one priority too early' $ppi \
	'/^void vgic_put_wfi/,/^}/ s/mask - 1)/mask)/'
rule 'B6: a second put reads a CPU that is another vCPU'"'"'s' src/core/enter.c \
	'/^void vgic_put(/,/^}/ s/if (vcpu->resident)/if (vcpu)/'
rule 'B6: a GICv3 guest leaves its mode behind' model/v5_backend.c \
	'/^void model_v5_backend_load/,/^}/ s/(void)model_v5_ich_write(m, ICH_VCTLR_EL2, ICH_VCTLR_EL2_EN);//'
rule 'B6: a GICv3 guest leaves its mode behind in hardware' $ich5 \
	'/^static void load/,/^}/ s/vgic_msr(ICH_VCTLR_EL2, ICH_VCTLR_EL2_EN);//'
rule 'B6: legacy mode is not entered' $ich5 \
	'/^static void legacy_load/,/^}/ s/ICH_VCTLR_EL2_EN | ICH_VCTLR_EL2_V3/ICH_VCTLR_EL2_EN/'
rule 'B6: legacy mode is not awaited' $ich5 \
	'/^static void legacy_load/,/^}/ s/vgic_isb();//'
rule 'B6: list registers work without legacy mode' model/v5_legacy.c \
	'/^static bool in_use/,/^}/ s/m->vctlr == .*;/m->config.legacy;/'
rule 'B6: any physical interrupt by the HW bit in legacy mode' $side \
	'/^const struct vgic_side .vgic_phys_by_hw/,/^}/ s/caps.gicv5_intids &&/caps.gicv5_intids \&\& !word \&\&/'
rule 'B6: ICC_ICSR_EL1 is not switched' $ich5 \
	'/^static void enter/,/^}/ s/vgic_msr(ICC_ICSR_EL1, image->icsr);//'
rule 'B6: nobody hears of a virtual PE that is not resident' $ppi \
	'/^static void load/,/^}/ s/image->contextr & ICH_CONTEXTR_EL2_F/false/'
rule 'B6: the guest reads the host'"'"'s IAFFID' $cpu5 \
	'/^static enum vgic_trap trapped_sysreg/,/^}/ s/vcpu->mpidr/0/'
rule 'B7: one SPI less than there are' src/v5/ids.c \
	's/id < gic->config.nr_spis/id + 1 < gic->config.nr_spis/'
rule 'B10: only the first vCPU is scrubbed' $ppi \
	'/^void vgic_v5_finalize/,/^}/ s/image->activer\[b\] &= exposed;/image->activer[b] \&= vcpu->index ? UINT64_MAX : exposed;/'
rule 'B10: hidden PPIs keep their latch' $ppi \
	'/^static void scrub_word/,/^}/ s/W_PEND | W_LINE/W_LINE/'
rule 'B10: writes after the first run' src/v5/state.c \
	's/return VGIC_E_BUSY;/;/'
rule 'B10: restoring takes hold of physical interrupts' src/v5/state.c \
	'/^static void set_pending/,/^}/ s/if (word & W_HW)/if (false)/'
rule 'B10: a level that fell is saved' src/v5/state.c \
	'/^static uint64_t get_pending/,/^}/ s/ &$/ |/'
rule 'B11: user space drives whatever there is' $ppi \
	'/^void vgic_userspace_ppis/,/^}/ s/(UINT64_C(1) << SW_PPI)/UINT64_MAX/'

# GICv5: the IRS
rule 'v5: an acknowledge takes the Pending of a level' $cpu5 \
	'/^static uint64_t activate/,/^}/ s/if (!(word & W_LEVEL))/if (word)/'
rule 'v5: IRSEN means nothing' src/v5/v5.h \
	'/^static inline bool vgic_v5_forwards/,/^}/ s/ & IRS_CR0_IRSEN/ | 1/'
rule 'v5: a PE that opts out gets 1-of-N interrupts' src/core/route.c \
	'/^bool vgic_takes_1ofn/,/^}/ s/!vgic_load_seq(&vcpu->v5->away)/(!vgic_load_seq(\&vcpu->v5->away) || 1)/'
rule 'v5: a trapped instruction sees lines that fell' $cpu5 \
	'/^enum vgic_trap vgic_v5_sysreg(/,/^}/ s/vcpu->gic->policy->enter(vcpu);//'
rule 'v5: the same of a vCPU that stays entered' $cpu5 \
	'/^enum vgic_trap vgic_v5_sysreg_entered/,/^}/ s/vcpu->gic->policy->enter(vcpu);//'
rule 'v5: an entered vCPU does not see what it sent itself' $cpu5 \
	'/^enum vgic_trap vgic_v5_sysreg_entered/,/^}/ s/vgic_take_news(vcpu);//'
rule 'v5: what hardware holds is taken for known while entered' src/mmio/trap.c \
	's/if (!vcpu->gic->v5 || vcpu->gic->config.v5.cpuif->exit)/if (!vcpu->gic->v5)/'
rule 'v5: a level PPI does not follow its word' $ppi \
	'/^static void take_ppi/,/^}/ s/vcpu->v5->ppi_merge = true;//'
rule 'v5: software shows the guest hidden PPIs' model/soft.c \
	'/^static void soft_v5_enter/,/^}/ s/image->hvir\[0\]/0/'
rule 'v5: a PPI'"'"'s Active is not told' src/v5/state.c \
	'/^void vgic_v5_ppi_info/,/^}/ s/info->active = .*;/;/'
rule 'v5: nobody counts PPIs' model/v5_cpuif.c \
	's/m->iri->took_ppi(m->iri_ctx);//'
rule 'race: a GICv5 interrupt is taken though it was disabled' $cpu5 \
	'/^take_head/,/^}/ s/!list_is_live(vcpu, FORWARDED, level, word) ||//'
rule 'race: a GICv5 acknowledge reads the link of what it gave away' $cpu5 \
	'/^take_head/,/^}/ s/list_behead(vcpu, FORWARDED, level, second);/(void)second; (void)list_pop(vcpu, FORWARDED, level);/'
rule 'race: a GICv5 deactivation loses what came meanwhile' $cpu5 \
	'/^static void deactivate/,/^}/ s/W_PLACE_MASK | W_REQUESTS | W_PEND | W_LINE/W_LINE/'
rule 'v5: the same trigger mode again resamples' $irq \
	'/^static uint64_t set_trigger/,/^}/ s/if (!(word & W_TM) == !level)/if (0)/'
rule 'v5: a wire sets no handling mode' $irq \
	'/^static uint64_t set_wire/,/^}/ s/return level ? word | W_LEVEL : word;/return word;/'
rule 'v5: a valid table moves' $ist \
	'/^static void begin_baser/,/^}/ s/else if (value != now) {/else { vgic_store_release(\&v5->ist_baser, value);/'
rule 'v5: LPIs keep their state without their table' $irq \
	'/case VGIC_FORGET:/,/arg);/ s/W_PLACE_MASK | W_OWNER_MASK/W_PLACE_MASK | W_OWNER_MASK | W_PEND | W_ENABLE/'
rule 'v5: LPIs keep their route without their table' $ist \
	'/^static bool forget_chunk/,/^}/ s/vgic_store_relaxed(&gic->irqs\[i\].route, 0);//'
rule 'v5: an unused table is looked through' $ist \
	'/^static bool drop_chunk/,/^}/ s/if (job->used \&\& !forget_chunk/if (!forget_chunk/'
rule 'v5: a used table is not looked through' $ids5 \
	'/^static uint32_t lpi_index/,/^}/ s/chunk | CHUNK_USED)/chunk)/'
rule 'v5: a table is made in one trap' $ist \
	'/^static bool work/,/^}/ s/!\*left || //'
rule 'v5: a table is valid before it is made' $ist \
	'/^static void begin_baser/,/^}/ s/start_table(vcpu->gic, value)) {/start_table(vcpu->gic, value)) { vgic_store_release(\&v5->ist_baser, value);/'
rule 'v5: a table in the making is idle' $ist \
	'/^bool vgic_v5_ist_idle/,/^}/ s/idle = work(gic, self, left);/idle = work(gic, self, left) || true;/'
rule 'v5: looking at a table in the making does not help' $ist \
	'/^bool vgic_v5_ist_idle/,/^}/ s/idle = work(gic, self, left);/idle = gic->v5->ist_job.begun == gic->v5->ist_job.ended || !left; (void)self;/'
rule 'v5: a write that is repeated is a new one' src/v5/irs.c \
	'/^static void recall/,/^}/ s/before->where == now.where/false/'
rule 'v5: two vCPUs keep each other from going on' src/v5/v5.h \
	'/^static inline bool vgic_v5_begins/,/^}/ s/ || repeat->twice//'
rule 'v5: a write that was given up is never made' src/v5/v5.h \
	'/^static inline bool vgic_v5_begins/,/^}/ s/(!complete || repeat->twice)/(!complete || repeat)/'
rule 'v5: half a table is saved' src/snapshot/save.c \
	's/vgic_v5_ist_finish(gic);//'
rule 'v5: half a table outlives a reset' $ids5 \
	's/v5->ist_job = (struct vgic_v5_ist_job){ .begun = 1, .ended = 1 };/v5->ist_job.begun |= 1;/'
rule 'v5: all SPIs follow IRSEN in one trap' $sweep \
	'/^static bool sweep_words/,/^}/ s/v5_charge(left, fn(gic, self, i, irs));/(void)fn(gic, self, i, irs);/'
rule 'v5: IRSEN is idle before it is followed' $irs \
	'/^static uint64_t read_cr0/,/^}/ s/(idle ? IRS_CR0_IDLE : 0)/(idle ? IRS_CR0_IDLE : IRS_CR0_IDLE)/'
rule 'v5: DPS is idle before it is followed' $irs \
	'/^static uint64_t read_pe_status/,/^}/ s/(follow_dps(a) ? IRS_PE_STATUSR_IDLE : 0)/(follow_dps(a) ? IRS_PE_STATUSR_IDLE : IRS_PE_STATUSR_IDLE)/'
rule 'v5: nobody looks for what nobody took' $sweep \
	'/^void vgic_v5_set_away/,/^}/ s/vgic_v5_sweep_again(&gic->v5->finding);//'
rule 'v5: all is looked through though nothing was left' src/core/irq.c \
	'/^void vgic_irq_change(/,/^}/ s/if (w_stranded(now)) {/if (w_stranded(now) || (now \& W_IRM)) {/'
rule 'v5: a restored CPU interface finds nothing' src/v5/state.c \
	'/^static void set_enable/,/^}/ s/vgic_v5_note_enable(vcpu);//'
rule 'v5: dead entries are dropped in one trap' $cpu5 \
	'/^static bool settle/,/^}/ s/v5_charge(&left, cost);/(void)cost;/'
rule 'v5: dead entries are not followed up' $cpu5 \
	'/^static uint32_t hppi/,/^}/ s/vcpu->v5->again = true;/return PRIO_NONE;/'
rule 'v5: a dead entry is the highest priority pending' $cpu5 \
	'/^static uint32_t hppi/,/^}/ s/vcpu->v5->again = true;/;/'
rule 'v5: an acknowledge finds nothing behind dead entries' $cpu5 \
	'/^settle_and_take/,/^}/ s/vcpu->v5->again = true;//'
rule 'v5: a route that gave way is not written again' $cpu5 \
	'/case GIC_CDAFF:/,/break;/ s/vcpu->v5->again = !vgic_set_route(/(void)vgic_set_route(/'
rule 'race: an SPI follows an IRSEN of before' $sweep \
	'/^static uint32_t forward/,/^}/ s/while ((vgic_load_seq(&irs->cr0) & IRS_CR0_IRSEN) != on);/while (false);/'
rule 'race: what nobody takes is not looked at again' $irq \
	'/^void vgic_irq_stranded/,/^}/ s/vgic_irq_change(gic, self, index, VGIC_SET_1OFN, 0);/(void)self; (void)index;/'
rule 'race: a PE that is off keeps what came late' $queue \
	'/^static uint64_t judge/,/^}/ s/vgic_may_stay(vcpu, word)/true/'
rule 'race: two make a table at once' $ist \
	'/^static bool write_ist/,/^}/ s/if (vgic_exchange(&v5->ist_busy, 1)) {/if (vgic_exchange(\&v5->ist_busy, 1) > 1) {/'
rule 'race: a table that is gone is still looked up' $ist \
	'/^static bool drop_chunk/,/^}/ s/vgic_exchange(&v5->chunk_of\[id\], 0) & CHUNK_USED/vgic_load_relaxed(\&v5->chunk_of[id]) \& CHUNK_USED/'
rule 'v5: an L1 entry is not made valid' $ist \
	's/low = (uint8_t)l1 | L1_ISTE_VALID;/low = (uint8_t)l1;/'
rule 'v5: an L2 table makes more LPIs than it holds' src/v5/v5.h \
	's/define V5_LPI_CHUNK 256u/define V5_LPI_CHUNK 1024u/'
rule 'v5: the last LPIs of all do not exist' src/v5/ids.c \
	's/id \/ V5_LPI_CHUNK >= v5->nr_chunk_ids/id \/ V5_LPI_CHUNK + 1 >= v5->nr_chunk_ids/'
rule 'v5: a PE that opts out keeps what it had' $sweep \
	'/^void vgic_v5_set_away/,/^}/ s/vgic_notify(gic, self, pe->index, ATTN_LISTS);//'
rule 'v5: a PE that is off gets 1-of-N interrupts' $cpu5 \
	'/^void vgic_v5_note_enable/,/^}/ s/!(image->vmcr & ICH_VMCR_EL2_V5_EN)/!image/'
rule 'v5: a new table has the old one'"'"'s late changes' $ist \
	'/^static bool drop_chunk/,/^}/ s/id | CHUNK_USED/id/'
rule 'v5: a valid table changes its shape' $ist \
	'/^static void begin_cfgr/,/^}/ s/(vgic_load_relaxed(&v5->ist_baser) & IRS_IST_BASER_VALID) ||//'
rule 'v5: a table being made changes its shape' $ist \
	'/^static bool write_ist/,/^}/ s/if (done \&\& !goes_on/if (!goes_on/'
rule 'v5: tables may lie outside RAM' $ist \
	'/^static bool in_ram/,/^}/ s/^{/{ if (ipa) { return true; }/'
rule 'v5: bytes of IRS registers can be written' $irs \
	'/^static bool config_access/,/^}/ s/width < 4 || //'
rule 'v5: an SPI is configured through another IRS' $irs \
	'/^static uint32_t selected_spi/,/^}/ s/id - first < n/id - first < n + n/'
rule 'v5: a mapped SPI holds nothing physical' $irq \
	's/set_wire(word & W_HW && arg ? word | W_PHYS : word,/set_wire(word,/'
rule 'v5: a mapped level stays up though acknowledged' $cpu5 \
	'/^static uint64_t activate/,/^}/ s/if (word & W_HW)/if (false)/'
rule 'v5: a mapped PPI that fell stays held' $ppi \
	'/^static void take_ppi/,/^}/ s/end_phys(vcpu, index);/if (!vcpu) { end_phys(vcpu, index); }/'
rule 'v5: a mapped PPI that fell before the entry is delivered' $ppi \
	'/^static void enter/,/^}/ s/ask_devices(vcpu);//'
rule 'v5: a PPI is ended on another thread by a reset' src/core/create.c \
	'/^static void release_phys/,/^}/ s/index >= gic->first_spi/index >= gic->first_spi || gic->v5/'
rule 'v5: a reset forgets wires' src/core/create.c \
	'/^static uint64_t host_part/,/^}/ s/W_LINE | W_WIRE/W_LINE/'
rule 'v5: a reset keeps the trigger mode' src/core/create.c \
	'/^static uint64_t host_part/,/^}/ s/index < gic->first_spi ? W_DVI : 0/index < gic->nr_irqs ? W_DVI : 0/'
rule 'a device hears of no EOI in a list register' $lr \
	'/^static bool ended/,/^}/ s/return taken || (known & ICH_LR_EL2_Active);/return false;/'
rule 'a device hears of an EOI only if an exit saw it active' $lr \
	'/^static bool ended/,/^}/ s/return taken || (known/return (known/'
rule 'a device does not hear of a DIR from afar' $lr \
	'/^static bool ended/,/^}/ s/(word & W_DEACT)/(word \& W_NEW)/'
rule 'a device hears of no software deactivation' src/core/irq.c \
	's/if (change == VGIC_CLEAR_ACTIVE && vgic_side_hears(gic, was) &&/if (false \&\&/'
rule 'a device hears of a deactivation of nothing' src/core/irq.c \
	'/vgic_side_hears(gic, was) &&/,/{/ s/^	    w_active(was)) {/	    true) {/'

# Snapshots
snap=src/snapshot
rule 'snapshot: a snapshot forgets who acknowledged' $snap/format.c \
	'/^} state_bits\[\]/,/^};/ s/{ W_ACKED, SNAP_IRQ_ACKED },//'
rule 'snapshot: a snapshot forgets lines' $snap/format.c \
	'/^uint64_t snap_carried/,/^}/ s/lines = W_LINE | /lines = /'
rule 'snapshot: requests are not merged in a snapshot' $snap/save.c \
	'/^static void save_irq/,/^}/ s/w_settle(\(.*\));/\1;/'
rule 'snapshot: a snapshot forgets the sender in a list register' $snap/save.c \
	'/^static void save_senders/,/^}/ s/sources |= 1u/sources |= 0u/'
rule 'snapshot: a snapshot has the actives of the stack alone' $snap/save.c \
	'/^static uint32_t loaded_actives/,/^}/ s/left |= 1u << n/left |= 0/'
rule 'snapshot: a restore links one active alone' $snap/restore.c \
	'/^static void stack/,/^}/ s/vgic_stack_push(vcpu, index);/vcpu->stacked = 0; vgic_stack_push(vcpu, index);/'
rule 'snapshot: what is pending is not delivered after a restore' $snap/restore.c \
	'/^static void deliver/,/^}/ s/VGIC_REVIEW/VGIC_CLEAR_ACTIVE/'
rule 'snapshot: a restore forgets what is held physically' $snap/format.c \
	'/^uint64_t snap_mapped/,/^}/ s/word & W_PHYS ? word : /word \& W_PHYS ? word \& ~W_PHYS : /'
rule 'snapshot: a line without a physical interrupt is saved' \
	$snap/save.c 's/snap_state(snap_mapped(word) &/snap_state(word \&/'
rule 'snapshot: a restore forgets what was held physically before' $snap/restore.c \
	'/^static void apply_irq/,/^}/ s/ | W_PHYS;/;/'
rule 'snapshot: a restore keeps the lines from before' $snap/restore.c \
	's/vgic_clear(c->gic, false)/vgic_clear(c->gic, true)/'
rule 'snapshot: a restore does not scrub hidden PPIs anew' $snap/restore.c \
	'/^static void awaken/,/^}/ s/ran = false/ran |= false/'
rule 'v5: an empty table is restored from memory' $snap/restore.c \
	'/^void snap_apply_ist/,/^}/ s/ist_deferred, ist.deferred/ist_deferred, !c->nr_chunks/'
rule 'snapshot: a restore opens the IRSs that were closed' $snap/restore.c \
	'/^static void forward_spis/,/^}/ s/enabled ? /!enabled ? /'
rule 'snapshot: a restore has a PE take part that opted out' $snap/restore.c \
	'/^void snap_apply_cpuif5/,/^}/ s/s.pe_cr0 | /0 | /'
rule 'snapshot: active priorities are not spread over more bits' $snap/restore.c \
	'/^static void spread/,/^}/ s/level << shift/level/'
rule 'snapshot: a restore takes on more priority bits than there are' $snap/check.c \
	'/^static int check_caps/,/^}/ s/m->pri_bits > caps/m->pri_bits > 1 + caps/'
rule 'snapshot: a snapshot without its actives is taken' $snap/check.c \
	'/^static int check_end/,/^}/ s/c->ranked != c->ranks/false/'
rule 'snapshot: checksums of records are not compared' $snap/read.c \
	'/^int snap_next/,/^}/ s/4) != r->crc/4) != r->crc \&\& false/'
rule 'snapshot: a table is made of what an old one left' src/snapshot/restore.c \
	's/v5->ist_deferred, ist.deferred)/v5->ist_deferred, (ist.baser \& IRS_IST_BASER_VALID) \&\& !c->nr_chunks)/'
rule 'snapshot: a reset leaves a GICv2 its SGIs' src/core/create.c \
	'/^void vgic_irq_clear/,/^}/ s/vgic_store_relaxed(&irq->route, 0);//'

rule 'snapshot: other processor numbers are taken for these' $snap/check.c \
	'/^static int check_vcpu/,/^}/ s/number_of(record) != vcpu->number/number_of(record) == UINT32_MAX/'

# KVM's door, on several threads
rule 'race KVM: a signal is late, and its line stays up' kvm/irqfd.c \
	'/^static int signal_once/,/^}/ s/!holds(vm, slot, route.pin)/(false \&\& !holds(vm, slot, route.pin))/'
rule 'race KVM: devices are asked, then the line falls' kvm/irqfd.c \
	'/^static void fall/,/^}/ { s/(void)kvm_spi_pin(vm, pin, false);//; s/^}/(void)kvm_spi_pin(vm, pin, false); }/; }'
rule 'race KVM: a slot is read half and half' kvm/irqfd.c \
	'/^static struct irqfd read_slot/,/^}/ s/!kvm_still(&s->generation, generation)/false/'
rule 'race KVM: the routing is seen before it is empty' kvm/route.c \
	'/^int kvm_need_routing/,/^}/ s/kvm_clear(r/kvm_store(\&vm->routing, r); kvm_clear(r/'
rule 'race KVM: a GIC is seen before it is whole' kvm/vm.c \
	'/^static int make_gic/,/^}/ s/err = err ? err : make_vcpus/kvm_store(\&vm->gic, *gic); err = err ? err : make_vcpus/'
rule 'race KVM: two threads make a GICv2' kvm/irq.c \
	'/^static int ready/,/^}/ s/!kvm_hold(vm)/(false \&\& !kvm_hold(vm))/'
rule 'race KVM: two vCPUs make the first run' kvm/vm.c \
	'/^static int come_in/,/^}/ s/if (kvm_hold(vm))/(void)kvm_hold(vm); if (true)/'
rule 'race KVM: a vCPU begins to run while registers are read' kvm/vm.c \
	'/^static int come_in/,/^}/ s/inside & KVM_DOOR_HELD/inside == UINT32_MAX/'

# KVM's door
rule 'KVM: processor numbers are the order of creation' kvm/vm.c \
	'/^static int make_vcpus/,/^}/ s/vm->gic, i, vcpu->id,/vm->gic, i, i,/'
rule 'ITS: a redistributor is named by its index' src/core/route.c \
	'/^uint32_t vgic_find_processor/,/^}/ s/gic->by_number\[number\] - 1u/(uint32_t)number/'
rule 'GICR_TYPER.Last at the end of each region' src/core/place.c \
	'/^static void mark_last/,/^}/ s/!region_starts/region_starts/'
rule 'GICR_TYPER.Last not where an empty region follows' src/core/place.c \
	'/^static bool region_starts/,/^}/ s/frames_used(gic, &gic->regions\[i\])/true/'
rule 'GICR_TYPER.Last of a region never changes' src/core/place.c \
	'/^static void populate/,/^}/ s/mark_last(gic, &gic->regions\[i\])/mark_last(gic, region)/'
rule 'GICR_CTLR.DPG can be set' src/v3/redist.c \
	'/^static void write_ctlr/,/^}/ s/GICR_CTLR_EnableLPIs : 0;/GICR_CTLR_EnableLPIs : GICR_CTLR_DPG0;/'
rule 'a processor number is given twice' src/core/create.c \
	'/^int vgic_vcpu_create_numbered/,/^}/ s/ || gic->by_number\[number\] ||/ ||/'
rule 'snapshot: a snapshot forgets that an LPI is pending' $snap/format.c \
	'/^uint64_t snap_carried/,/^}/ s/return W_PEND | W_ENABLE;/return W_ENABLE;/'
rule 'snapshot: an LPI is restored for an ITS that is not there' $snap/check.c \
	'/^static const char \*wrong_lpi/,/^}/ s/its >= config->its.nr_its/its == UINT32_MAX/'
rule 'snapshot: an ITS is enabled without tables' $snap/check.c \
	'/^static const char \*wrong_its/,/^}/ s/its->ctlr &&/false \&\&/'
rule 'KVM: the tables have no way to the next entry' src/its/persist.c \
	'/^static bool close_chain/,/^}/ s/now |= next << hop->shift;//'
rule 'KVM: old entries in between are taken for live ones' src/its/persist.c \
	'/^static bool reached/,/^}/ s/chain->any || here->id < chain->id/false/'
rule 'KVM: what is pending is not in the pending tables' src/its/lpi.c \
	'/^bool lpi_save_pending/,/^}/ s/w_pending(word));/false);/'
rule 'KVM: HAS does not ask for the vCPU' kvm/regs.c \
	'/^static int has_reg/,/^}/ s/named_vcpu(vm, attr, frame) == KVM_NO_VCPU/false/'
rule 'KVM: HAS of a system register does not ask for the vCPU' kvm/regs.c \
	'/^int kvm_has_sysreg/,/^}/ s/named_vcpu(vm, attr, VGIC_UACCESS_CPU) == KVM_NO_VCPU/false/'
rule 'KVM: half of a 64-bit IRS register is a register' kvm/regs.c \
	'/^int kvm_has_irs/,/^}/ s/(width \&\& attr % width)/false/'
rule 'KVM: IRS_SPI_STATUSR says what is selected' src/uaccess/irs.c \
	'/^static uint64_t load/,/^}/ s/offset == IRS_SPI_STATUSR/offset == UINT32_MAX/'
rule 'KVM: features of an IRS cannot be hidden' src/uaccess/irs.c \
	'/^static uint32_t \*hidden/,/^}/ s/\*hideable = IRS_IDR0_HIDEABLE/*hideable = 0/'
rule 'v5: a hidden SETLPI frame is there' src/v5/irs.c \
	'/^static bool setlpi_access/,/^}/ s/(a->irs->idr0_hidden & IRS_IDR0_SETLPI)/false/'
rule 'snapshot: hidden features are shown' $snap/restore.c \
	'/^void snap_apply_irs/,/^}/ s/= hidden.idr0;/= 0;/'
rule 'KVM: a resampled line stays up' kvm/irqfd.c \
	'/^static void fall/,/^}/ s/(void)kvm_spi_pin(vm, pin, false);//'
rule 'KVM: an end without irqfds lowers the line' kvm/irqfd.c \
	'/^static void on_acked/,/^}/ s/if (has_resampler(vm, pin))/if (pin != UINT32_MAX)/'
rule 'KVM: an irqfd that resamples is not told' kvm/irqfd.c \
	'/^static void fall/,/^}/ s/if (leads_to/if (false \&\& leads_to/'
rule 'KVM: an irqfd without RESAMPLE lowers its line' kvm/irqfd.c \
	'/^static int raise_pin/,/^}/ s/kvm_pin_is_level(vm, pin)/false/'
rule 'KVM: an edge leaves its line up' kvm/irqfd.c \
	'/^static int raise_pin/,/^}/ s/err || kvm_pin_is_level(vm, pin)/err || kvm_pin_is_level(vm, pin) || true/'
rule 'KVM: the last irqfd leaves its line up' kvm/irqfd.c \
	'/^static int deassign/,/^}/ s/leave_pin(vm, route.pin);//'
rule 'KVM: any irqfd lets the line fall' kvm/irqfd.c \
	'/^static void leave_pin/,/^}/ s/if (!has_resampler(vm, pin))/if (pin != UINT32_MAX)/'
rule 'KVM: a new route leaves the old line up' kvm/irqfd.c \
	'/^void kvm_leave_pins/,/^}/ s/leave_pin(vm, was.pin);//'
rule 'KVM: a device does not hear of the new route' kvm/irqfd.c \
	'/^void kvm_leave_pins/,/^}/ s/ask(vm, &irqfd);//'
rule 'KVM: a route that stays lets the line fall' kvm/irqfd.c \
	'/^void kvm_leave_pins/,/^}/ s/is_pin(kvm_route(vm, irqfd.gsi), was.pin)/false/'
rule 'KVM: GSIs beyond the table have SPIs' kvm/route.c \
	'/^struct kvm_route kvm_route_by/,/^}/ s/if (gsi >= VGIC_KVM_ROUTING_MAX)/if (gsi >= UINT32_MAX \/ 2)/'
rule 'KVM: resamplers stay with their old SPIs' kvm/route.c \
	's/err = err ? err : kvm_arm_resamplers(vm, next);//'
rule 'KVM: a bad routing table takes effect' kvm/route.c \
	'/^static int replace/,/^}/ s/if (!err) {/if (err + 99) {/'
rule 'KVM: a GSI may lead to two pins' kvm/route.c \
	'/^static int fill_entry/,/^}/ s/kvm_load(&table->entries\[e->gsi\].what)/false/'
rule 'KVM: INIT keeps the routes' kvm/vm.c \
	's/kvm_reset_routes(vm);//'
rule 'KVM: half an IST is restored' kvm/ist.c \
	's/err = err ? err : pass(a, lpis, false);//'
rule 'KVM: an IST in use changes its place' src/uaccess/irs.c \
	'/^static bool in_use/,/^}/ s/value != base/false/'
rule 'KVM: an IST that was not restored is not made' kvm/addr.c \
	's/(void)vgic_uaccess_make_ist(vm->vcpus\[0\].vcpu);//'
rule 'KVM: tables of the second level are forgotten' src/v5/ist.c \
	'/^static bool adopt_l2/,/^}/ s/(l1 & L1_ISTE_VALID) &&/!l1 \&\&/'
rule 'KVM: an SPI loses its trigger mode' src/uaccess/irs.c \
	's/index < gic->first_lpi ? W_TM : W_LEVEL/index ? W_LEVEL : W_TM/'
rule 'KVM: what was active is not ended by EOIcount' src/core/irq.c \
	'/^static uint64_t restore_active/,/^}/ s/ | W_ACKED//'
rule 'KVM: actives nest by the priority before the restore' src/mmio/irq.c \
	'/^static void restore_actives/,/^}/ s/w_place(word) == PLACE_INBOX/false/'
rule 'KVM: registers of a vCPU that runs are read' kvm/regs.c \
	'/^int kvm_settled/,/^}/ s/if (kvm_busy(vm))/if (false)/'
rule 'KVM: GICv5 registers change after the first run' kvm/regs.c \
	'/^int kvm_sysreg/,/^}/ s/vm->has_run/false/'
rule 'KVM: PPIs of the host can be driven' kvm/irq.c \
	'/^static bool drivable/,/^}/ s/>> (ppi % 64) & 1/>> (ppi % 64) | 1/'

# The reports of docs/field-bugs.md, each caught by a test of its number
redist=src/v3/redist.c
rule 'field 01: registers full of actives hide a candidate' $lr \
	'/^static bool exchange_one/,/^}/ s/uint32_t below = PRIO_NONE/uint32_t below = 0/'
rule 'field 02: disabled, the physical one is never ended' $word \
	'/^static inline bool w_phys_idle/,/^}/ s/(w & W_PHYS) &&/(w \& W_PHYS) \&\& (w \& W_ENABLE) \&\&/'
rule 'field 03: rerouted, but not handed over' $queue \
	'/^static uint64_t judge/,/^}/ s/ && w_target(word) == vcpu->index//'
rule 'field 04: every redistributor is the first' src/v3/v3.c \
	's/mmio->bank = owner->index/mmio->bank = 0 * owner->index/'
rule 'field 04: half a route clears the other half' src/mmio/mmio.c \
	's/mmio->lanes = UINT64_C(0xffffffff) << shift/mmio->lanes = UINT64_MAX + 0 * shift/'
rule 'field 05: GICR_ISACTIVER0 sets what is pending' $redist \
	'/SGI(GICR_ISACTIVER0)/,/}/ s/vgic_mmio_write_isactiver/vgic_mmio_write_ispendr/'
rule 'field 05: GICR_ICACTIVER0 clears what is pending' $redist \
	'/SGI(GICR_ICACTIVER0)/,/}/ s/vgic_mmio_write_icactiver/vgic_mmio_write_icpendr/'
rule 'field 06: SGI target lists without their range' src/v3/sysreg.c \
	'/^static void send_to_list/,/^}/ s/FIELD_GET(ICC_SGIR_RS, value) \* SGI_RANGE/0/'
rule 'field 06: eight CPUs are all there are' src/v3/sysreg.c \
	'/^static void send_to_list/,/^}/ s/uint32_t target = gic->by_mpidr\[at\]/uint32_t target = gic->by_mpidr[at] \& 7/'
rule 'field 07: an exit for every EOI' $lr \
	'/^static bool needs_eoi/,/^}/ s/if (w_active(word) && w_pending(word))/if (w_active(word) || w_pending(word))/'
rule 'field 08: EOIcount ends what a register has' $lr \
	'/^static void credit_eois/,/^}/ s/vgic_stack_credit(vcpu, count, still_runs, &running);/vgic_irq_change(vcpu->gic, vcpu, vcpu->lr_irq[__builtin_ctz(vcpu->ich.used + 0 * count)], VGIC_CLEAR_ACTIVE, 0);/'
rule 'field 47: an EOI of nothing ends what software activated' src/core/stack.c \
	'/^static uint32_t credit/,/^}/ s/!(word & W_ACKED)/(word \& 0)/'
rule 'field 09: DIR elsewhere ignored' src/v3/sysreg.c \
	'/^static void write_dir/,/^}/ s/index == VGIC_NIL)/index == VGIC_NIL || w_owner(vgic_irq_word(vcpu->gic, index)) != vcpu->index)/'
rule 'field 09: a group that opens is not noticed' $lr \
	'/^static uint32_t control/,/^}/ s/ICH_HCR_EL2_VGrp1EIE/0/'
rule 'field 10: an edge dropped while disabled' $irq \
	'/^static uint64_t set_pending/,/^{/ s/^{/{ if (!(word \& W_ENABLE)) { return word; }/'
rule 'field 11: pending though it was taken' $lr \
	'/^static uint64_t merge/,/^}/ s/~(W_PEND | W_LINE) : ~W_PEND/~W_LINE : UINT64_MAX/'
rule 'field 12: what waits behind full registers is forgotten' $lr \
	'/^static uint32_t control/,/^}/ s/hcr |= ICH_HCR_EL2_NPIE/hcr |= 0/'
rule 'field 13: ICENABLER is a copy of ISENABLER' $regs \
	'/^void vgic_mmio_write_icenabler/,/^}/ s/VGIC_CLEAR_ENABLE/VGIC_SET_ENABLE/'
rule 'field 13: a level is not asked for again at its end' $lr \
	'/^static bool needs_eoi/,/^}/ s/(word & (W_LEVEL | W_LINE)) == (W_LEVEL | W_LINE)/false/'
rule 'field 15: an ITS is restored without its tables' src/snapshot/restore.c \
	'/^void snap_apply_its/,/^}/ s/vgic_store_relaxed(&its->baser.*/(void)n;/'
rule 'field 16: a restore leaves where LPIs go to the memory' src/snapshot/restore.c \
	'/^static void apply_lpi/,/^}/ s/target ? target - 1 : VGIC_NOWHERE/target ? VGIC_NOWHERE : VGIC_NOWHERE/'
rule 'field 18: what is disabled can be acknowledged' $word \
	'/^static inline bool w_wanted/,/^}/ s/ && (w & W_ENABLE)//'
rule 'field 18: priorities mean nothing' $queue \
	'/^static uint32_t best_level/,/^}/ s/(uint32_t)__builtin_ctz(g0 | g1)/31u - (uint32_t)__builtin_clz(g0 | g1)/'
rule 'field 18: a level that is asserted gets lost' $word \
	'/^static inline bool w_pending/,/^}/ s/(w & (W_LEVEL | W_LINE)) == (W_LEVEL | W_LINE)/false/'
rule 'field 19: pending behind active is not brought forward' $lr \
	'/^static bool needs_eoi/,/^}/ s/w_active(word) && w_pending(word)/false/'
rule 'field 20: the HW bit is never set' $lr \
	'/^static uint64_t lr_value/,/^}/ s/(word & W_PHYS) && /false \&\& (word \& W_PHYS) \&\& /'
rule 'field 20: EOImode 1 without DIR' src/v3/sysreg.c \
	'/^static void write_dir/,/^}/ s/!(vcpu->ich.vmcr & ICH_VMCR_EL2_VEOIM)/true/'
rule 'field 21: an SGI has no sender' $lr \
	'/^static uint32_t lr_intid/,/^}/ s/vgic_v2_loaded(gic, index)/0/'
rule 'field 21: one sender at a time' src/v2/sgi.c \
	'/^void vgic_v2_send/,/^}/ s/vgic_fetch_or(senders(gic, index), 1u << source)/vgic_store_seq(senders(gic, index), 1u << source)/'
rule 'field 22: INTIDs of eight bits' $lr \
	'/^static uint32_t lr_intid/,/^}/ s/vgic_irq_intid(gic, index);/vgic_irq_intid(gic, index) \& 0xff;/'
rule 'field 22: registers that are full' $lr \
	'/^static uint32_t control/,/^}/ s/hcr |= ICH_HCR_EL2_NPIE/hcr |= 0/'

# GICv2
rule 'gicv2: the trigger of SGIs can be written' src/v2/dist.c \
	'/^static void write_icfgr/,/^}/ s/!are_sgis(mmio)/mmio/'
rule 'gicv2: a single CPU has to be listed' src/core/route.c \
	'/^uint32_t vgic_route_target/,/^}/ s/gic->config.nr_vcpus == 1/gic->config.nr_vcpus == 0/'
rule 'gicv2: SGIs are pending from CPUs that are not there' src/v2/dist.c \
	'/^static void write_spendsgir/,/^}/ s/& all_cpus(gic)/\& 0xff/'
rule 'gicv2: ISPENDR pends SGIs' src/v2/dist.c \
	'/^static void write_ispendr/,/^}/ s/no_sgis(mmio, value)/value/'
rule 'gicv2: what another sent while active is its own' src/v2/sgi.c \
	'/^bool vgic_v2_is_loaded/,/^}/ s/!(word & W_ACTIVE)/word/'
rule 'gicv2: an SGI taken before its word says pending comes again' $lr \
	'/^static void take_in/,/^}/ s/follow_senders(vcpu, index, was)/was/'
rule 'gicv2: the same while its handler is under way' $lr \
	'/^static void reconcile/,/^}/ s/!done && (value & ICH_LR_EL2_Pending)/!done/'
rule 'gicv2: an injected SGI is of nobody' src/core/side.c \
	'/^int vgic_inject_irq/,/^}/ s/level && vgic_v2_is_sgi(gic, index)/false/'
rule 'race: ops of one device, opaque of another' src/core/side.c \
	'/^static const struct vgic_irq_ops \*ops_of/,/^}/ s/while (now != ops)/while (false)/'
rule 'race: opaque changes under its ops' src/core/side.c \
	'/^int vgic_set_irq_ops/,/^}/ s/vgic_store_seq(&side->ops, NULL);//'
rule 'gicv2: software acknowledges what the exit gave away' src/v2/v2.c \
	'/^static enum vgic_trap cpu_access/,/^}/ s/vcpu->gic->policy->enter(vcpu);//'
rule 'ITS: software acknowledges what the exit gave away' src/v3/sysreg.c \
	'/^static enum vgic_trap execute/,/^}/ s/vcpu->gic->policy->enter(vcpu);//'
rule 'gicv2: a reset keeps senders' src/core/create.c \
	'/^void vgic_vcpu_reset/,/^}/ s/if (vgic_v2_is_sgi(gic, i))/if (false)/'
rule 'gicv2: a reset forgets that Group 0 comes first' src/core/create.c \
	'/^void vgic_vcpu_reset/,/^}/ s/VGIC_SET_GROUP, group1/VGIC_SET_GROUP, group1 | 1/'
rule 'gicv2: taken back and sent again is one' src/v2/sgi.c \
	'/^bool vgic_v2_merge/,/^}/ s/if (!(was & TAKEN_BACK))/if (was | 1)/'
rule 'gicv2: what the guest did not take loses its sender' src/v2/sgi.c \
	'/^void vgic_v2_unload/,/^}/ s/1u << vgic_v2_loaded(gic, index)/0 * index/'
rule 'gicv2: DIR ends the SGI of any sender' src/v2/v2.c \
	'/^void vgic_v2_dir/,/^}/ s/!= vgic_v2_loaded(gic, index)/== 99/'
rule 'gicv2: GICH keeps no senders' src/cpuif/gich.c \
	'/^static uint64_t from_gich/,/^}/ s/lr |= FIELD_PUT(GICC_CPUID, FIELD_GET(GICH_LR_CPUID, word));//'

# LPIs and the ITS
its=src/its
rule 'ITS: an LPI stays active in its register' $lr \
	'/^static bool is_lpi/,/^}/ s/>= GIC_LPI_BASE/== 1/'
rule 'ITS: LPIs have DIR trapped' src/core/gic.h \
	'/^static inline void vgic_queue_moved/,/^}/ s/index - gic->first_spi < gic->config.nr_spis/index >= gic->first_spi/'
rule 'ITS: a device injects an LPI by number' src/core/side.c \
	'/^int vgic_inject_irq/,/^}/ s/index >= gic->first_lpi \&\& !gic->v5/false/'
rule 'ITS: a message goes through an ITS that is off' $its/translate.c \
	'/^static int look_up/,/^}/ s/!(vgic_load_seq(&its->ctlr) & GITS_CTLR_Enabled)/false/'
rule 'ITS: a message for a redistributor that is off waits' $its/translate.c \
	'/^static int look_up/,/^}/ s/return lpis_on(gic, target) ? VGIC_OK : VGIC_E_BUSY/return VGIC_OK/'
rule 'ITS: a device that the table has no room for' $its/tables.c \
	'/^bool its_device_entry/,/^}/ s/device >= table.entries/device == UINT32_MAX/'
rule 'ITS: a DTE that is not valid' $its/tables.c \
	'/^bool its_find_device/,/^}/ s/ || !(dte & GITS_DTE_Valid)//'
rule 'ITS: an L1 entry that is not valid' $its/tables.c \
	'/^bool its_device_entry/,/^}/ s/!(l1 & GITS_L1E_Valid)/false/'
rule 'ITS: an ITT of more than 16 bits' $its/tables.c \
	'/^bool its_find_device/,/^}/ s/return found->bits <= 16/return true/'
rule 'ITS: an event beyond its ITT' $its/tables.c \
	'/^bool its_find_event/,/^}/ s/ || event >> of.bits//'
rule 'ITS: an LPI that does not exist' $its/its.h \
	'/^static inline bool lpi_exists/,/^}/ s/return .*;/return intid >= GIC_LPI_BASE || !gic;/'
rule "ITS: another ITS's LPI" $its/tables.c \
	'/^uint32_t its_live_lpi/,/^}/ s/LPI_ITS_MASK) == lpi_route(its, 0)/LPI_MAPPED) == (LPI_MAPPED | 0 * its->number)/'
rule 'ITS: an entry that nobody mapped' $its/tables.c \
	'/^uint32_t its_live_lpi/,/^}/ s/LPI_ITS_MASK) == lpi_route(its, 0)/7u << LPI_ITS_SHIFT) == its->number << LPI_ITS_SHIFT/'
rule 'ITS: an ITT of more than 16 bits is mapped' $its/commands.c \
	'/^static bool do_mapd/,/^}/ s/size >= 16/size >= 32/'
rule 'ITS: a device that goes leaves its events' $its/commands.c \
	'/^static bool do_mapd/,/^}/ s/its_drop_events(run->gic, run->self, run->its, &device);//'
rule 'ITS: a collection of a vCPU that is not there' $its/commands.c \
	'/^static bool get_rdbase/,/^}/ s/return rd < .*;/return rd != 99 || !run;/'
rule 'ITS: MAPC leaves the collection where it was' $its/commands.c \
	'/^static bool do_mapc/,/^}/ s/lpi_reload_all(run->gic, run->self, &match, target);/(void)match;/'
rule 'ITS: a collection that goes leaves a gap' $its/commands.c \
	'/^static bool remove_collection/,/^}/ s/collection->last, entry/collection->at, entry/'
rule 'ITS: the list of collections has no end' $its/tables.c \
	'/^bool its_add_collection/,/^}/ s/!collection->more ||/true ||/'
rule 'ITS: one collection more than there is room for' $its/tables.c \
	'/^bool its_add_collection/,/^}/ s/return collection->room/return true/'
rule 'ITS: a RDBase in memory is believed' $its/tables.c \
	'/^static bool search/,/^}/ s/rd < gic->config.nr_vcpus/rd < gic->config.nr_vcpus + 1/'
rule 'ITS: an event mapped anew keeps its old LPI' $its/commands.c \
	'/^static bool map(/,/^}/ s/lpi_unmap(run->gic, run->self, event.index);/;/'
rule 'ITS: MOVI leaves what is pending' $its/lpi.c \
	'/^static void retarget/,/^}/ s/vgic_irq_change(gic, self, index, VGIC_SET_TARGET, target);/if (!w_pending(vgic_irq_word(gic, index))) { vgic_irq_change(gic, self, index, VGIC_SET_TARGET, target); }/'
rule 'ITS: MOVI to a collection that is not mapped' $its/commands.c \
	'/^static bool do_movi/,/^}/ s/target == VGIC_NOWHERE ||/false ||/'
rule 'ITS: DISCARD leaves the LPI pending' $its/lpi.c \
	'/^void lpi_unmap(/,/^}/ s/vgic_irq_change(gic, self, index, VGIC_CLEAR_PENDING, 0);//'
rule 'ITS: MOVALL moves what is not pending' $its/lpi.c \
	'/^void lpi_move_pending/,/^}/ s/w_pending(vgic_irq_word(gic, i))/true/'
rule 'ITS: INV keeps the priority' $its/lpi.c \
	'/^static void configure/,/^}/ s/config & LPI_CONFIG_Priority_MASK/w_prio(vgic_irq_word(gic, index))/'
rule 'ITS: the configuration table has no end' $its/lpi.c \
	'/^static uint32_t nr_configured/,/^}/ s/return n < most ? n : most/return most + 0 * n/'
rule 'ITS: LPIs are enabled where the redistributor is off' $its/lpi.c \
	'/^static void configure/,/^}/ s/on && (config/(config/'
rule 'ITS: an LPI moves to a redistributor that is off' $its/lpi.c \
	'/^static void retarget/,/^}/ s/!lpis_on(gic, target)/false/'
rule 'ITS: PTZ means nothing' $its/lpi.c \
	'/^static bool take_pending/,/^}/ s/GICR_PENDBASER_PTZ) ||/0) ||/'
rule 'ITS: PTZ is for ever' $its/lpi.c \
	'/^void lpi_disabled/,/^}/ s/was & ~GICR_PENDBASER_PTZ/was/'
rule 'ITS: what was pending is lost when LPIs go off' $its/lpi.c \
	'/^void lpi_disabled/,/^}/ s/(void)give_pending(gic, vcpu, i, true);//'
rule 'ITS: the pending table keeps what was taken' $its/lpi.c \
	'/^static bool take_pending/,/^}/ s/byte &= (uint8_t)~bit;//'
rule 'ITS: a reset of a vCPU keeps its LPIs' src/core/create.c \
	'/^void vgic_vcpu_reset/,/^}/ s/vgic_its_quit(vcpu);//'
rule 'ITS: the queue does not wrap' $its/commands.c \
	'/^static bool take_one/,/^}/ s/at < size ? at : 0/at + 0 * size/'
rule 'ITS: CWRITER beyond the queue' $its/frames.c \
	'/^static void write_cwriter/,/^}/ s/value >= its_queue_size(cbaser)/cbaser == 1/'
rule 'ITS: two vCPUs take the same commands' $its/commands.c \
	'/^void its_run/,/^}/ s/if (vgic_exchange(&its->busy, 1)) {/if (false) {/'
rule 'ITS: one trap takes all there is' $its/commands.c \
	's/^#define MAX_WORK 2048u/#define MAX_WORK UINT32_MAX/'
rule 'ITS: commands wait for ever when it is enabled' $its/frames.c \
	'/^static void write_ctlr/,/^}/ s/its_run(mmio, its);//'
rule 'ITS: enabled without memory' $its/frames.c \
	'/^static bool is_complete/,/^}/ s/(vgic_load_seq(&its->cbaser) & GITS_CBASER_Valid)/true/'
rule 'ITS: a base register is written while it is in use' $its/frames.c \
	'/^static bool begin_write/,/^}/ s/!is_enabled(its) \&\& !vgic_exchange(&its->busy, 1)/!vgic_exchange(\&its->busy, 1)/'
rule 'ITS: a table is replaced, what it said is not' $its/frames.c \
	'/^static void write_baser/,/^}/ s/value) != value/value) == 1/'
rule 'ITS: PTZ is lost with the other half' src/v3/redist.c \
	'/^static void write_base(/,/^}/ s/(was & ~mmio->lanes) | (value & fields & mmio->lanes)/value \& fields/'
rule 'ITS: PENDBASER is written while it is in use' src/v3/redist.c \
	'/^static void write_base(/,/^}/ s/ || lpis_on(mmio->vcpu->gic, mmio->bank)//'
rule 'ITS: INVLPIR of an LPI that does not exist' src/v3/redist.c \
	'/^static void write_invlpir/,/^}/ s/ && lpi_exists(gic, intid)//'
rule "ITS: INVALLR reads another redistributor's" src/v3/redist.c \
	"/^static void write_invallr/,/^}/ s/LPI_MAPPED, mmio->bank }/LPI_MAPPED, VGIC_NIL }/"
rule 'race: an ITS loses the message of an event that moves' $its/tables.c \
	'/^uint32_t its_live_lpi/,/^}/ s/LPI_ITS_MASK) == lpi_route(its, 0)/UINT32_MAX) == lpi_route(its, (uint32_t)FIELD_GET(GITS_ITE_ICID, ite))/'
rule 'race: an ITS leaves commands that came while it was busy' $its/commands.c \
	'/^void its_run/,/^}/ s/} while (run.work < MAX_WORK);/} while (false); return;/; /^void its_run/,/^}/ s/^	mmio->retry = true;//'
rule 'race: an LPI is enabled, its redistributor is not' $its/lpi.c \
	'/^static void configure/,/^}/ s/} while (now != target .*;/} while (now != target);/'

# The hypervisor
rule 'field 52: active priorities are kept, GICv3' hyp/gicv3.c \
	's/^	write_sysreg(icc_ap1r0_el1, 0);//'
rule 'field 52: active priorities of Group 0 are kept' hyp/gicv3.c \
	's/^	write_sysreg(icc_ap0r0_el1, 0);//'
rule "field 52: Group 0 is touched though it is the firmware's" hyp/gicv3.c \
	's/if (!group0)/if (false \&\& !group0)/'
rule 'field 52: registers that are not there are touched' hyp/gicv3.c \
	's/if (pri_bits >= 7)/if (pri_bits >= 6)/'
rule 'field 52: what is pending stays, GICv3' hyp/gicv3.c \
	'/GICR_ICPENDR0/d'
rule 'field 52: active priorities are kept, GICv2' hyp/gicv2.c \
	'/GICC_APR + i/d'
rule 'field 52: what is pending stays, GICv2' hyp/gicv2.c \
	'/GICD_CPENDSGIR + i/d'
rule 'field 54: a virtual deadline is signed' hyp/vtimer.c \
	's/counter() >= vcpu->timers.cntv_cval/(int64_t)(counter() - vcpu->timers.cntv_cval) >= 0/'
rule 'field 54: a physical deadline is signed' hyp/vtimer.c \
	's/&& now >= vcpu->timers.cntp_cval;/\&\& (int64_t)(now - vcpu->timers.cntp_cval) >= 0;/'
rule 'field 55: the upper halves count' hyp/psci.c \
	's/FN_SMC64 ? UINT64_MAX : UINT32_MAX/FN_SMC64 ? UINT64_MAX : UINT64_MAX/'
rule 'field 55: an affinity level has 64 bits' hyp/psci.c \
	's/(uint32_t)call->a2 != 0/call->a2 != 0/'
rule 'field 55: who is starting is on' hyp/psci.c \
	's/return PSCI_ON_PENDING/return PSCI_ALREADY_ON/'
rule 'hyp: ISTATUS shows before the line is up' hyp/vtimer.c \
	's/if (ptimer_level(vcpu, now)) {/if (false) {/'
rule 'hyp: a late timer raises a line that is low by now' hyp/vtimer.c \
	'/^static void ptimer_expired/,/^}/ s/ptimer_update(vcpu, counter());/vgic_inject_irq(vm.gic, vcpu->index, vm_ppi(PPI_CNTP), true, vcpu);/'
rule 'hyp: a state of a vCPU has no name' hyp/report.c \
	'/\[VCPU_STARTING\] = /d'
