// A recording: the caller above, the hotline below the line; what is said lights up; a mark for each answer's wait.
export default {
  template: `
    <div class="player">
      <audio ref="audio" :src="audio" preload="metadata" controls @timeupdate="tick" @play="run" aria-label="녹음"></audio>
      <div class="legend"><span class="caller">위: 시민</span><span class="agent">아래: 음성봇·상담원</span>
        <span class="mark">│ 답을 시작한 때 (붉은 것은 1.2초보다 늦음)</span></div>
      <canvas v-if="waveform" ref="canvas" role="img" aria-label="녹음의 파형" @click="seek"></canvas>
      <p v-else class="soft">파형을 그릴 수 없습니다.</p>
      <div class="transcript" role="log" aria-label="대화" ref="box">
        <button v-for="(l, i) in lines" :key="i" type="button" class="line" :class="[l.who, { now: i === current }]"
            @click="go(l)" :ref="i === current ? 'now' : undefined">
          <span class="meta"><b>{{ l.name }}</b> <span>{{ clock(l.from) }}</span>
            <span v-if="l.sure" :class="{ bad: l.unsure }">확신 {{ l.sure }}</span>
            <span v-if="l.latency" :class="{ bad: l.slow }">응답 {{ l.latency }}</span></span>
          <span class="text">{{ l.text }}</span>
        </button>
        <p v-if="!lines.length" class="soft">나눈 말이 없습니다.</p>
      </div>
    </div>`,
  props: { audio: String, waveform: Object, lines: Array, csrf: String },
  data() {
    return { current: -1 };
  },
  mounted() {
    this.draw();
    this.watching = new ResizeObserver(() => this.draw());
    if (this.$refs.canvas) this.watching.observe(this.$refs.canvas);
    this.theme = new MutationObserver(() => this.draw());
    this.theme.observe(document.body, { attributes: true, attributeFilter: ['class'] });
  },
  unmounted() {
    this.watching.disconnect();
    this.theme.disconnect();
  },
  methods: {
    clock(s) {
      s = Math.max(0, Math.floor(s));
      return Math.floor(s / 60) + ':' + String(s % 60).padStart(2, '0');
    },
    go(l) {
      this.$refs.audio.currentTime = Math.max(0, l.from);
      this.$refs.audio.play();
    },
    seek(e) {
      const r = this.$refs.canvas.getBoundingClientRect();
      this.$refs.audio.currentTime = ((e.clientX - r.left) / r.width) * this.waveform.duration_s;
      this.tick();
    },
    run() {
      const step = () => {
        const a = this.$refs.audio;
        if (!a || a.paused) return;
        this.tick();
        requestAnimationFrame(step);
      };
      requestAnimationFrame(step);
    },
    tick() {
      const t = this.$refs.audio.currentTime;
      let now = -1;
      this.lines.forEach((l, i) => { if (l.from <= t + 0.05) now = i; });
      if (now !== this.current) {
        this.current = now;
        this.$nextTick(() => this.$refs.box.querySelector('.now')?.scrollIntoView({ block: 'nearest' }));
      }
      this.draw();
    },
    draw() {
      const c = this.$refs.canvas;
      if (!c || !this.waveform) return;
      const scale = devicePixelRatio || 1, w = c.clientWidth, h = c.clientHeight, css = getComputedStyle(c);
      c.width = w * scale; c.height = h * scale;
      const g = c.getContext('2d');
      g.scale(scale, scale);
      const n = this.waveform.caller.length, mid = h / 2, duration = this.waveform.duration_s || 1;
      const bars = (peaks, colour, up) => {
        g.fillStyle = colour;
        peaks.forEach((p, i) => {
          const height = (p / 100) * (mid - 3);
          g.fillRect((i / n) * w, up ? mid - 1 - height : mid + 1, Math.max(1, w / n), height);
        });
      };
      bars(this.waveform.caller, css.getPropertyValue('--caller'), true);
      bars(this.waveform.voice_agent, css.getPropertyValue('--agent'), false);
      g.fillStyle = css.getPropertyValue('--line');
      g.fillRect(0, mid - 0.5, w, 1);
      for (const l of this.lines.filter((l) => l.latency)) {
        g.fillStyle = css.getPropertyValue(l.slow ? '--bad' : '--soft');
        g.fillRect((l.from / duration) * w, 0, 1.5, h);
      }
      g.fillStyle = css.getPropertyValue('--text');
      g.fillRect(((this.$refs.audio?.currentTime || 0) / duration) * w - 1, 0, 2, h);
    },
  },
};
