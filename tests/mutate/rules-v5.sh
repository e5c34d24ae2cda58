# SPDX-License-Identifier: BSD-2-Clause
#
# The part of rules.sh that is about GICv5; rules.sh comes first and names files.

# GICv5, after the rules of docs/from-kvm.md
rule 'B1: direct injection between PPIs that differ' $side \
	'/^static const struct vgic_irq_ops .direct_ops/,/^}/ s/pintid != vgic_irq_intid(gic, index) ||/!pintid ||/'
rule 'B1: direct injection outlives the mapping' $side \
	'/^VGIC_COLD int vgic_unmap_irq/,/^}/ s/tell_direct(gic, index, side, false);//'
rule 'B1: direct injection ends by the ops of then' $side \
	'/^VGIC_COLD int vgic_unmap_irq/,/^}/ s/side = vgic_side_of(gic, index);/&; side->direct_ops = direct_ops(gic, index, side->pintid, \&side->direct_opaque);/'
rule 'B1: SPIs are injected directly' $side \
	'/^static const struct vgic_irq_ops .direct_ops/,/^}/ s/index >= gic->first_spi ||//'
rule 'B1: nobody can decline direct injection' $side \
	'/^static const struct vgic_irq_ops .direct_ops/,/^}/ s/ops->flags \& VGIC_IRQ_SW_RESAMPLE/ops->flags \& 0/'
rule 'B1: the end of a resampled PPI does not trap' $ich5 \
	'/^static void enter/,/^}/ s/image->trap_cddi/0 \&\& image->trap_cddi/'
rule 'B1: GIC CDDI traps for ever' $ppi \
	'/^static void enter/,/^}/ s/v->ppi.trap_cddi = /v->ppi.trap_cddi |= /'
rule 'B1: a trapped GIC CDDI ends nothing' $cpu5 \
	'/^static enum vgic_trap trapped_cddi/,/^}/ s/~(UINT64_C(1) << (id % 64))/UINT64_MAX/'
rule 'B1: a blocked vCPU believes what it last knew' $ppi \
	'/^static bool any_below/,/^}/ s/device_up(vcpu, ppi)/(device_up(vcpu, ppi) || vcpu)/'
rule 'B1: direct injection is not turned on' $ich5 \
	'/^static void enter/,/^}/ s/vgic_msr(ICH_PPI_DVIR0_EL2, image->dvir\[0\]);//'
rule 'B1: the host does not get its PPIs back' $ich5 \
	'/^static void leave/,/^}/ s/vgic_msr(ICH_PPI_DVIR0_EL2, 0);//'
rule 'B1: the host does not get its upper PPIs back' $ich5 \
	'/^static void leave/,/^}/ s/vgic_msr(ICH_PPI_DVIR1_EL2, 0);//'
rule 'B1: what DVI showed becomes a latch' $ppi \
	'/^static void read_registers/,/^}/ s/~(v->ppi.hvir\[b\] | v->ppi.dvir\[b\])/~v->ppi.hvir[b]/'
rule 'B1: direct injection of what the guest does not get' $ppi \
	'/^static void take_ppi/,/^}/ s/if (is_exposed(vcpu, ppi))/if (bank < 2)/'
rule 'B2: unmapping takes the ops away' $side \
	'/^VGIC_COLD int vgic_unmap_irq/,/^}/ s/^	return VGIC_OK;/	vgic_side_of(gic, index)->ops = NULL; return VGIC_OK;/'
rule 'B2: ops are taken to ask for less than they do' $side \
	'/^int vgic_set_irq_ops/,/^}/ s/vgic_fetch_or(&gic->ops_seen, vgic_ops_bits(ops));//'
rule 'B2: nobody looks for ops that deliver themselves' $gic \
	's/ops->queue_irq_unlock ? OPS_QUEUE/ops->queue_irq_unlock ? 0/'
rule 'the end of an interrupt is told to nobody' $gic \
	's/ops->irq_ended ? OPS_ENDED/ops->irq_ended ? 0/'
rule 'B2: queue_irq_unlock is passed over' $side \
	'/^bool vgic_side_queue(/,/^}/ s/own && w_wanted(word)/false \&\& own/'
rule 'B2: what a device declines is lost' $side \
	'/^bool vgic_side_queue(/,/^}/ s/fallback && fallback->queue_irq_unlock/false \&\& fallback/'
rule 'B2: ops count without a mapping' $ppi \
	'/^static bool device_up/,/^}/ s/(word & W_HW) &&//'
rule 'B2: a line outlives the mapping of its interrupt' $side \
	'/^VGIC_COLD int vgic_map_irq/,/^}/ s/tell_default(gic, index);/if (false) { tell_default(gic, index); }/'
rule 'B2: set_pending_state is passed over' $side \
	'/^bool vgic_side_set_pending/,/^}/ s/return ops/return 0 \&\& ops/'
rule 'B2: nobody is kicked for a PPI' $ppi \
	'/^static bool queue_ppi/,/^}/ s/vgic_notify(gic, NULL, vcpu_index, ATTN_PPIS);//'
rule 'B3: a number without a type is a PPI' src/v5/ids.c \
	'/^uint32_t vgic_v5_index/,/^}/ s/FIELD_GET(GICV5_INTID_TYPE, intid) != GICV5_INTID_TYPE_PPI/intid >> 30/'
rule 'B4: a level stays latched' $ppi \
	'/^static void merge_levels/,/^}/ s/(v->ppi.pendr\[b\] & ~levels\[b\]) |/(v->ppi.pendr[b] | (levels[b] \& 0)) |/'
rule 'B4: an edge does not survive the exit' $ppi \
	'/^static void merge_levels/,/^}/ s/(v->ppi.pendr\[b\] & ~levels\[b\]) |/(levels[b] \& 0) |/'
rule 'B4: an edge that comes while one is pending is dropped' $ppi \
	'/^static void consume_edge/,/^}/ s/\*pendr | UINT64_C(1)/*pendr ^ UINT64_C(1)/'
rule 'B4: hidden PPIs come back with an exit' $ppi \
	'/^static void read_registers/,/^}/ s/v->ppi.activer\[b\] & ~v->ppi.hvir\[b\]/v->ppi.activer[b]/'
rule 'B4: the guest enables what it does not get' src/v5/state.c \
	'/^static void write_enabler/,/^}/ s/value & ~op->vcpu->v5->ppi.hvir\[op->n\]/value/'
rule 'B5: what the mask lets through just so does not wake' $ppi \
	'/^static uint32_t priority_mask/,/^}/ s/^\([[:blank:]]*\)1;/\10;/'
rule 'B5: the running priority wakes for its equal' $ppi \
	'/^static uint32_t priority_mask/,/^}/ s/image->apr)/image->apr << 1)/'
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
	'/^static void backend_load/,/^}/ s/(void)vgic_model_v5_ich_write(m, ICH_VCTLR_EL2, ICH_VCTLR_EL2_EN);//'
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
rule 'B6: the guest reads the host'"'"'s IAFFID' src/v5/state.c \
	'/^static uint64_t read_iaffidr/,/^}/ s/return op->vcpu->mpidr/(void)op; return 0/'
rule 'B7: one SPI less than there are' src/v5/ids.c \
	's/id < gic->config.nr_spis/id + 1 < gic->config.nr_spis/'
rule 'B10: only the first vCPU is scrubbed' $ppi \
	'/^static void begin_to_run/,/^}/ s/image->activer\[b\] & exposed/image->activer[b] \& (vcpu->index ? UINT64_MAX : exposed)/'
rule 'B10: vCPU 0 decides which PPIs there are' $ppi \
	'/^static void decide_exposed/,/^}/ s/if (decider) {/decider = 1; {/'
rule 'B10: each first run decides which PPIs there are' $ppi \
	'/^static void decide_exposed/,/^}/ { s/return;/;/; s/if (decider) {/if (!vcpu) {/; }'
rule 'B10: PPIs that no PE has' $ppi \
	'/^static bool is_claimed/,/^}/ s/return false;/;/'
rule 'B10: vgic_pending() is a first run' $ppi \
	'/^static void flush/,/^}/ s/ \&\& (vgic_load_relaxed(&vcpu->run_seq) & 1)//'
rule 'B10: asked before the first run, a vCPU has none' $ppi \
	'/^static void flush/,/^}/ s/vcpu->refill = !v->ran;/vcpu->refill = false;/'
rule 'B10: what was pending before the first run is not seen' $ppi \
	'/^static void begin_to_run/,/^}/ s/vgic_fetch_or(&vcpu->v5->ppi_stale\[b\], UINT64_MAX);//'
rule 'B10: what vgic_pending() took outlives SPENDR' src/v5/state.c \
	'/^static void set_pending/,/^}/ s/vgic_ppi_store(image, .*);/(void)image;/'
rule 'B10: restoring ICC_CR0_EL1 opens the mask' src/v5/state.c \
	'/^static void set_cr0/,/^}/ s/image->vmcr &= ~(uint32_t)ICH_VMCR_EL2_V5_EN;/image->vmcr = 0;/'
rule 'B10: restored priorities have eight bits' src/v5/state.c \
	's/priorityr\[op->n\], PRIORITY_FIELDS/priorityr[op->n], UINT64_MAX/'
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

# GICv5: the short way of what every interrupt needs
rule 'v5: the short way passes PPIs over' $usual5 \
	'/^static inline bool is_usual/,/^}/ s/v->ppi.candidates\[0\] | v->ppi.candidates\[1\] |//'
rule 'v5: the short way passes the upper PPIs over' $usual5 \
	'/^static inline bool is_usual/,/^}/ s/ | v->ppi.candidates\[1\]//'
rule 'v5: the short way asks no device' $usual5 \
	'/^static inline bool is_usual/,/^}/ s/v->ppi_ask\[0\] | v->ppi_ask\[1\]/0/'
rule 'v5: the short way with a CPU interface in hardware' src/v5/arch.c \
	'/^static void create/,/^}/ s/ppi.candidates\[\([01]\)\] = UINT64_MAX/ppi.candidates[\1] = 0/'
rule 'v5: the short way in a GICv3' $usual5 \
	'/^static inline bool is_usual/,/^}/ s/return v \&\&/return/'
rule 'v5: the short way takes what is mapped' $usual5 \
	'/^take_head/,/^}/ s/level, word, W_HW)/level, word, 0)/'
rule 'v5: the short way takes 1 of N for plain' src/core/list.h \
	'/^static inline bool list_is_plain/,/^}/ s/W_ACTIVE | W_IRM/W_ACTIVE/'
rule 'v5: the short way takes what is disabled for plain' src/core/list.h \
	'/^static inline bool list_is_plain/,/^}/ s/W_PEND | W_ENABLE | W_ACTIVE/W_PEND | W_ACTIVE/; /^static inline bool list_is_plain/,/^}/ s/W_PEND | W_ENABLE | (group/W_PEND | (group/'
rule 'v5: the short way does not see that a head has moved' src/core/list.h \
	'/^static inline bool list_is_plain/,/^}/ s/W_PRIO_MASK | W_TARGET_MASK | W_REQUESTS/W_PRIO_MASK | W_REQUESTS/; /^static inline bool list_is_plain/,/^}/ s/w_set_target(here, vcpu->index)/(vcpu ? here : 0)/'
rule 'v5: the short way signals what is not wanted any more' $usual5 \
	'/^static inline int usual_signals/,/^}/ s/return list_is_plain(vcpu, FORWARDED, level, word, 0) ?/return list_is_right(vcpu, FORWARDED, level, word) ?/'
rule 'v5: the short way signals whatever waits' $usual5 \
	'/^static inline int usual_signals/,/^}/ s/if (level >= below)/if (level >= (below ? PRIO_NONE : 0))/'
rule 'v5: a priority dropped the short way runs on' $usual5 \
	'/^static inline int usual_cdeoi/,/^}/ s/image->below = below;//'
rule 'v5: a priority is dropped, and then the long way another' $usual5 \
	'/^static inline int usual_cdeoi/,/^}/ s/if (signals != VGIC_UNUSUAL)/image->apr = apr; &/'
rule 'v5: what was taken the short way does not run' include/vgic/backend.h \
	'/^static inline void vgic_ppi_run/,/^}/ s/image->below = priority;//'
rule 'v5: the end of an interrupt ends its signal' $usual5 \
	'/^static inline int usual_cddi/,/^}/ s/signals = usual_signals(.*;/signals = 0;/'
rule 'v5: the short way ends what is pending again' $usual5 \
	'/^static inline bool deactivate_plainly/,/^}/ s/ | W_PEND | W_LINE/ | W_LINE/'
rule 'v5: the short way tells no device of the end' $usual5 \
	'/^static inline bool deactivate_plainly/,/^}/ s/ | W_SIDE//'
rule 'v5: a short GIC CDPEND clears, too' $usual5 \
	'/^int vgic_trap_usual_pend/,/^}/ s/!(operand & GIC_CDPEND_PENDING)/!operand/'
rule 'v5: a short GIC CDPEND enables' $usual5 \
	'/^static inline bool pend_plainly/,/^}/ s/(word & all) != (W_ENABLE | W_GATE1)/(word \& all \& ~W_ENABLE) != W_GATE1/'
rule 'v5: a short GIC CDPEND forwards' $usual5 \
	'/^static inline bool pend_plainly/,/^}/ s/(word & all) != (W_ENABLE | W_GATE1)/(word \& all \& ~W_GATE1) != W_ENABLE/'
rule 'v5: a short GIC CDPEND of what is queued' $usual5 \
	'/^static inline bool pend_plainly/,/^}/ s/W_PLACE_MASK | W_PEND | W_ACTIVE/W_ACTIVE/'
rule 'v5: a short GIC CDPEND of what is active' $usual5 \
	'/^static inline bool pend_plainly/,/^}/ s/ | W_PEND | W_ACTIVE |/ | W_PEND |/'
rule 'v5: a short GIC CDPEND of what is mapped' $usual5 \
	'/^static inline bool pend_plainly/,/^}/ s/ | W_SIDE;/;/'
rule 'v5: a short GIC CDPEND for nobody' $usual5 \
	'/^static inline bool pend_plainly/,/^}/ s/ || target == VGIC_NOWHERE//'
rule 'v5: a short GIC CDPEND beside a head that is not wanted' $usual5 \
	'/^int vgic_trap_usual_pend/,/^}/ s/signals == VGIC_UNUSUAL ||/false ||/'
rule 'v5: a short GIC CDPEND signals what is masked' $usual5 \
	'/^int vgic_trap_usual_pend/,/^}/ s/w_prio(now) >> 3 < vcpu->v5->ppi.below &&//'
rule 'v5: a short GIC CDPEND signals though the IRS is off' $usual5 \
	'/^int vgic_trap_usual_pend/,/^}/ s/vgic_v5_forwards(vcpu)/true/'
rule 'v5: a short GIC CDPEND kicks nobody' $usual5 \
	'/^static inline bool pend_plainly/,/^}/ s/vgic_irq_post(gic, vcpu, target, index);//'
rule 'v5: nobody counts what is taken the short way' $usual5 \
	'/^take_head/,/^}/ s/vgic_count_own(&vcpu->delivered\[VGIC_LPI\]);//'
rule 'race: a short GIC CDPEND loses what came meanwhile' $usual5 \
	'/^static inline bool pend_plainly/,/^}/ s/if (!vgic_cas(at, &word, \*now))/vgic_store_seq(at, *now); if (false)/'
rule 'v5: entered again the short way, a PPI is passed over' $usual5 \
	'/^int vgic_reenter_usual/,/^}/ s/!is_usual(vcpu) ||/!vcpu->v5 ||/'
rule 'v5: entered again the short way, others than the inbox wait' $usual5 \
	'/^static inline bool take_usual_posts/,/^}/ s/why != ATTN_INBOX ||/!(why \& ATTN_INBOX) ||/'
rule 'v5: entered again the short way, a backlog is passed over' $usual5 \
	'/^static inline bool take_usual_posts/,/^}/ s/ || vcpu->backlog.behind ||/ ||/'
rule 'v5: entered again the short way, the second one is lost' $usual5 \
	'/^static inline bool take_usual_posts/,/^}/ s/vcpu->gic->irqs\[index\].link == VGIC_NIL &&//'
rule 'race: entered again the short way, nothing is taken for something' $usual5 \
	'/^static inline bool take_usual_posts/,/^}/ s/if (index == VGIC_NIL)/if (false)/'
rule 'v5: what is not taken the short way is lost' $usual5 \
	'/^static inline bool take_usual_posts/,/^}/ s/vcpu->backlog.reversing = index;//'
rule 'v5: what is not taken the short way is forgotten' $usual5 \
	'/^static inline bool take_usual_posts/,/^}/ s/vgic_fetch_or(&vcpu->attention, ATTN_INBOX);//'
rule 'v5: what is not taken the short way is no backlog' $usual5 \
	'/^static inline bool take_usual_posts/,/^}/ s/vcpu->backlog.behind = true;//'
rule 'v5: posted and disabled, it is in a list' $usual5 \
	'/^static inline bool list_plainly/,/^}/ s/W_PEND | W_ENABLE | W_GATE1 | W_ACTIVE/W_PEND | W_GATE1 | W_ACTIVE/; /^static inline bool list_plainly/,/^}/ s/w_set_target(W_PEND | W_ENABLE |/w_set_target(W_PEND |/'
rule 'v5: posted and cleared, it is in a list' $usual5 \
	'/^static inline bool list_plainly/,/^}/ s/W_PEND | W_ENABLE | W_GATE1 | W_ACTIVE/W_ENABLE | W_GATE1 | W_ACTIVE/; /^static inline bool list_plainly/,/^}/ s/w_set_target(W_PEND | W_ENABLE |/w_set_target(W_ENABLE |/'
rule 'v5: posted and 1 of N, it is in a list' $usual5 \
	'/^static inline bool list_plainly/,/^}/ s/ | W_IRM |/ |/'
rule 'v5: posted and for another one, it is in a list' $usual5 \
	'/^static inline bool list_plainly/,/^}/ s/W_HOLD | W_TARGET_MASK/W_HOLD/; /^static inline bool list_plainly/,/^}/ s/vcpu->index)/vcpu->index \& 0)/'
rule 'v5: posted and to be held, nothing holds it' $usual5 \
	'/^static inline bool list_plainly/,/^}/ s/W_HOLD | W_TARGET_MASK/W_TARGET_MASK/'
rule 'v5: a PPI is raised in hardware'"'"'s image' $ppi \
	'/^static bool raise/,/^}/ s/gic->config.v5.cpuif->exit ||//'
rule 'v5: an edge is raised as a level' $ppi \
	'/^static bool raise/,/^}/ s/ || !(word & W_LEVEL) ||/ ||/'
rule 'v5: a PPI is raised that the guest does not get' $ppi \
	'/^static bool raise/,/^}/ s/(image->hvir\[bank\] & bit) ||//'
rule 'v5: a PPI is raised that its device delivers' $ppi \
	'/^static bool raise/,/^}/ s/(ops \&\& ops->queue_irq_unlock) ||/(ops \&\& !bit) ||/'
rule 'v5: nobody holds the physical PPI that was raised' $ppi \
	'/^static bool raise/,/^}/ s/word | W_LINE | W_PHYS/word | W_LINE/'
rule 'v5: no device is asked for what was raised' $ppi \
	'/^static bool raise/,/^}/ s/v->ppi_ask\[bank\] |= bit;//'
rule 'v5: what was raised does not last' $ppi \
	'/^static bool raise/,/^}/ s/v->ppi_up\[bank\] |= bit;//'
rule 'v5: the guest does not see what was raised' $ppi \
	'/^static bool raise/,/^}/ s/vgic_ppi_store(.*| bit);//'
rule 'v5: what was raised is signalled though it is disabled' $ppi \
	'/^static bool raise/,/^}/ s/bit & image->enabler\[bank\] &/bit \&/'
rule 'v5: what was raised is signalled though it is active' $ppi \
	'/^static bool raise/,/^}/ s/ &$/;/; /^static bool raise/,/^}/ s/^[[:blank:]]*~image->activer\[bank\];//'
rule 'v5: what was raised is counted each time' $ppi \
	'/^static bool raise/,/^}/ s/if (!w_pending(word))/if (word)/'
rule 'race: entered again the short way, a new word is lost' $usual5 \
	'/^static inline bool list_plainly/,/^}/ s/!vgic_cas(at, &word, now)/(vgic_store_seq(at, now), false)/'
rule 'hyp: XZR keeps what was read into it' hyp/sysreg.h \
	'/^sysreg_execute/,/^}/ s/vcpu->x\[A64_XZR\] = 0;//'
rule 'hyp: a GICv5 instruction reads into what is not restored' hyp/quick.c \
	'/quick_sync_gicv5(/,/^}/ s/(imm & PATCH_READ) \&\& /false \&\& /'
rule 'hyp: short ways amid the step of an instruction' hyp/quick.c \
	'/^void quick_allow/,/^}/ s/= !allowed/= !allowed \&\& !patch/'
rule 'hyp: what a GICv5 instruction signals is not raised' hyp/quick.c \
	'/done_gicv5(/,/^}/ s/signals ? HCR_EL2_VI : 0/signals ? 0 : 0/'
rule 'hyp: a GICv5 instruction is dropped if it is unusual' hyp/quick.c \
	'/quick_sync_gicv5(/,/^}/ s/signals == VGIC_UNUSUAL ? quick_sync_patched(vcpu) :/false ? NULL :/'
rule 'hyp: an IPI of a GICv5 is dropped if it is unusual' hyp/quick.c \
	'/^quick_pend(/,/^}/ s/signals == VGIC_UNUSUAL ? quick_sync_patched(vcpu) :/false ? NULL :/'

# GICv5: the IRS
rule 'v5: an acknowledge takes the Pending of a level' $cpu5 \
	'/^static inline uint64_t activate/,/^}/ s/word & W_LEVEL ? 0 :/word \& 0 ? 0 :/'
rule 'v5: IRSEN means nothing' src/v5/v5.h \
	'/^static inline bool vgic_v5_forwards/,/^}/ s/ & IRS_CR0_IRSEN/ | 1/'
rule 'v5: a PE that opts out gets 1-of-N interrupts' src/v5/arch.c \
	'/^static bool takes_1ofn/,/^}/ s/!vgic_load_seq(&vcpu->v5->away)/(!vgic_load_seq(\&vcpu->v5->away) || 1)/'
rule 'v5: a trapped instruction sees lines that fell' $cpu5 \
	'/^enum vgic_trap vgic_v5_sysreg(/,/^}/ s/vcpu->gic->policy->enter(vcpu);//'
rule 'v5: the same of a vCPU that stays entered' $cpu5 \
	'/^enum vgic_trap vgic_v5_sysreg_entered/,/^}/ s/vcpu->gic->policy->enter(vcpu);//'
rule 'v5: an entered vCPU does not see what it sent itself' $cpu5 \
	'/^enum vgic_trap vgic_v5_sysreg_entered/,/^}/ s/vgic_take_posts(vcpu);//'
rule 'v5: what hardware holds is taken for known while entered' $cpu5 \
	'/^enum vgic_trap vgic_v5_sysreg_entered/,/^}/ s/if (vcpu->gic->config.v5.cpuif->exit)/if (false)/'
rule 'v5: a level PPI does not follow its word' $ppi \
	'/^static void take_ppi/,/^}/ s/vcpu->v5->ppi_merge = true;//'
rule 'v5: software shows the guest hidden PPIs' soft/soft.c \
	'/^static void soft_v5_enter/,/^}/ s/image->hvir\[0\]/0/'
rule 'v5: a PPI'"'"'s Active is not told' src/v5/state.c \
	'/^void vgic_v5_describe/,/^}/ s/info->active = .*;/;/'
rule 'v5: nobody counts PPIs' soft/v5_cpuif.c \
	's/m->iri->took_ppi(m->iri_ctx);//'
rule 'race: a GICv5 interrupt is taken though it was disabled' $cpu5 \
	'/^take_head/,/^}/ s/list_is_plain(vcpu, FORWARDED, level, word, W_HW)/list_is_right(vcpu, FORWARDED, level, word)/'
rule 'race: a GICv5 acknowledge reads the link of what it gave away' $cpu5 \
	'/^take_head/,/^}/ s/list_behead(vcpu, FORWARDED, level, second);/(void)second; (void)list_pop(vcpu, FORWARDED, level);/'
rule 'race: a GICv5 deactivation loses what came meanwhile' $cpu5 \
	'/^static inline bool deactivate_plainly/,/^}/ s/W_PLACE_MASK | W_REQUESTS | W_PEND | W_LINE/W_LINE/'
rule 'v5: GIC CDPEND leaves the physical interrupt pending' $cpu5 \
	'/^static void pend/,/^}/ s/vgic_phys_forget(vcpu, index, vgic_irq_word(gic, index));//'
rule 'v5: GIC CDPEND holds nothing physical' $cpu5 \
	'/^static void pend/,/^}/ s/spi ? HOLD_MAPPED : 0/0/'
rule 'v5: IST_BASER is restored without VALID' $ist \
	'/^void vgic_v5_ist_store/,/^}/ s/baser &= IRS_IST_BASER_ADDR_MASK | IRS_IST_BASER_VALID;/baser \&= IRS_IST_BASER_ADDR_MASK;/'
rule 'v5: a table that nobody made is valid' $ist \
	'/^void vgic_v5_ist_abandon/,/^}/ s/~IRS_IST_BASER_VALID/~UINT64_C(0)/'
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
	'/^uint32_t vgic_v5_use_lpi/,/^}/ s/&chunk, chunk & ~CHUNK_NEW)/\&chunk, chunk)/'
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
rule 'v5: half a table is saved' src/snapshot/v5.c \
	's/\.settle = vgic_v5_ist_finish,//'
rule 'v5: a VMM reads the registers of half a table' src/v5/uaccess.c \
	'/^int vgic_uaccess_irs(/,/^}/ s/vgic_v5_ist_finish(gic);//'
rule 'v5: half a table outlives a reset' $ids5 \
	's/v5->ist_job = (struct vgic_v5_ist_job){ .begun = 1, .ended = 1 };/v5->ist_job.begun |= 1;/'
rule 'v5: all SPIs follow IRSEN in one trap' $sweep \
	'/^static bool sweep_words/,/^}/ s/v5_charge(left, fn(gic, self, i, irs));/(void)fn(gic, self, i, irs);/'
rule 'v5: IRSEN is idle before it is followed' $irs \
	'/^static uint64_t read_cr0/,/^}/ s/(idle ? IRS_CR0_IDLE : 0)/(idle ? IRS_CR0_IDLE : IRS_CR0_IDLE)/'
rule 'v5: DPS is idle before it is followed' $irs \
	'/^static uint64_t read_pe_status/,/^}/ s/(follow_dps(mmio) ? IRS_PE_STATUSR_IDLE : 0)/(follow_dps(mmio) ? IRS_PE_STATUSR_IDLE : IRS_PE_STATUSR_IDLE)/'
rule 'v5: nobody looks for what nobody took' $sweep \
	'/^void vgic_v5_set_away/,/^}/ s/vgic_v5_sweep_again(&gic->v5->finding);//'
rule 'v5: all is looked through though nothing was left' src/core/irq.c \
	'/^static void follow_up/,/^}/ s/if (w_stranded(now)) {/if (w_stranded(now) || (now \& W_IRM)) {/'
rule 'v5: a restored CPU interface finds nothing' src/v5/state.c \
	'/^static void set_cr0/,/^}/ s/vgic_v5_note_enable(op->vcpu);//'
rule 'v5: dead entries are dropped in one trap' $cpu5 \
	'/^static bool settle/,/^}/ s/v5_charge(left, cost);/(void)cost;/'
rule 'v5: dead entries are not followed up' $cpu5 \
	'/settled_hppi(struct/,/^}/ s/return level;/return *intid ? level : PRIO_NONE;/'
rule 'v5: a dead entry is the highest priority pending' $cpu5 \
	'/settled_hppi(struct/,/^}/ s/settle(vcpu, &level, &left) \&\&/(settle(vcpu, \&level, \&left) || true) \&\&/'
rule 'v5: an acknowledge finds nothing behind dead entries' $cpu5 \
	'/^settle_and_take/,/^}/ s/execute_again(vcpu);//'
rule 'v5: a route that gave way is not written again' $cpu5 \
	'/case GIC_CDAFF:/,/break;/ s/execute_again(vcpu);//'
rule 'race: an SPI follows an IRSEN of before' $sweep \
	'/^static uint32_t forward/,/^}/ s/while ((vgic_load_seq(&irs->cr0) & IRS_CR0_IRSEN) != on);/while (false);/'
rule 'race: what nobody takes is not looked at again' $irq \
	'/^void vgic_irq_stranded/,/^}/ s/vgic_irq_change(gic, self, index, VGIC_SET_1OFN, 0);/(void)self; (void)index;/'
rule 'race: a PE that is off keeps what came late' $queue \
	'/^static uint64_t judge/,/^}/ s/vgic_may_stay(vcpu, word)/true/'
rule 'race: two make a table at once' $ist \
	'/^static bool write_ist/,/^}/ s/if (vgic_exchange(&v5->ist_busy, 1)) {/if (vgic_exchange(\&v5->ist_busy, 1) > 1) {/'
rule 'race: a table that is gone is still looked up' $ist \
	'/^static bool drop_chunk/,/^}/ s/vgic_exchange(&v5->chunk_of\[id\], 0) & CHUNK_NEW/vgic_load_relaxed(\&v5->chunk_of[id]) \& CHUNK_NEW/'
rule 'v5: an L1 entry is not made valid' $ist \
	's/low = (uint8_t)l1 | L1_ISTE_VALID;/low = (uint8_t)l1;/'
rule 'v5: an L2 table makes more LPIs than it holds' src/v5/v5.h \
	's/define V5_LPI_CHUNK 256u/define V5_LPI_CHUNK 1024u/'
rule 'v5: the last LPIs of all do not exist' src/v5/ids.c \
	's/id \/ V5_LPI_CHUNK >= v5->nr_chunk_ids/id \/ V5_LPI_CHUNK + 1 >= v5->nr_chunk_ids/'
rule 'v5: a PE that opts out keeps what it had' $sweep \
	'/^void vgic_v5_set_away/,/^}/ s/vgic_notify(gic, self, pe->index, ATTN_LISTS);//'
rule 'v5: a PE that is off gets 1-of-N interrupts' src/v5/v5.h \
	'/^static inline uint32_t vgic_v5_off/,/^}/ s/!(vmcr & ICH_VMCR_EL2_V5_EN)/!vmcr/'
rule 'v5: a new table has the old one'"'"'s late changes' $ist \
	'/^static bool drop_chunk/,/^}/ s/if (!job->used) {/{/'
rule 'v5: a valid table changes its shape' $ist \
	'/^static void begin_cfgr/,/^}/ s/(vgic_load_relaxed(&v5->ist_baser) & IRS_IST_BASER_VALID) ||//'
rule 'v5: a table being made changes its shape' $ist \
	'/^static bool write_ist/,/^}/ s/if (done \&\& !goes_on/if (!goes_on/'
rule 'v5: tables may lie outside RAM' $ist \
	'/^static bool in_ram/,/^}/ s/^{/{ if (ipa) { return true; }/'
rule 'v5: bytes of IRS registers can be written' $irs \
	'/config_regs\[\] = {/,/^}/ s/, 4, 0, 4, r/, 4, 0, 1 | 4, r/'
rule 'v5: IRSs lie over each other' $irs \
	'/^bool vgic_v5_frame/,/^}/ s/gic->v5->irs\[i\].placed/false/'
rule 'v5: a distributor is placed' src/core/addr.c \
	'/^VGIC_COLD int vgic_set_dist_base/,/^}/ s/return VGIC_E_NOTSUP/return VGIC_OK/'
rule 'v5: an SPI is configured through another IRS' $irs \
	'/^static uint32_t spi_at/,/^}/ s/id - first < n/id - first < n + n/'
rule 'v5: a mapped SPI holds nothing physical' $irq \
	's/set_wire(word & W_HW && arg ? word | W_PHYS : word,/set_wire(word,/'
rule 'v5: a mapped level stays up though acknowledged' $cpu5 \
	'/^static inline uint64_t activate/,/^}/ s/if (mapped)/if (mapped \&\& false)/'
rule 'v5: a mapped PPI that fell stays held' $ppi \
	'/^static void take_ppi/,/^}/ s/end_phys(vcpu, index);/if (!vcpu) { end_phys(vcpu, index); }/'
rule 'v5: a mapped PPI that fell before the entry is delivered' $ppi \
	'/^static void enter/,/^}/ s/ask_devices(vcpu);//'
rule 'v5: a PPI is ended on another thread by a reset' src/core/create.c \
	'/^static void release_phys/,/^}/ s/index >= gic->first_spi/index >= gic->first_spi || gic->v5/'
rule 'v5: a reset forgets wires' src/core/create.c \
	'/^static uint64_t host_part/,/^}/ s/W_LINE | W_WIRE/W_LINE/'
rule 'v5: a reset keeps the trigger mode' src/core/create.c \
	'/^static uint64_t host_part/,/^}/ s/W_HW | W_DVI/W_HW | W_DVI | W_TM/'
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
rule 'race: a stored IST is given up after the guest made one' $ist \
	'/^void vgic_v5_ist_abandon/,/^}/ s/vgic_exchange(&v5->ist_busy, 1)/false/; /^void vgic_v5_ist_abandon/,/^}/ s/vgic_exchange(&v5->ist_deferred, 0)/true/'
