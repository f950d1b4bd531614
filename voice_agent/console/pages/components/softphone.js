// This browser as a telephone: one WebRTC connection, its microphone off until asked for.
const WORDS = { idle: '연결 안 됨', connecting: '연결하는 중', connected: '연결됨', failed: '연결하지 못했습니다' };
export default {
  template: `
    <div class="softphone" :class="state" role="status">
      <span class="dot" aria-hidden="true"></span> 소리 {{ words }}
      <template v-if="state === 'connected'"> · <b>{{ live ? '마이크 켜짐' : '마이크 꺼짐' }}</b></template>
      <span v-if="problem" class="bad">{{ problem }}</span>
      <audio ref="audio" autoplay></audio>
    </div>`,
  props: { csrf: String, iceServers: Array },
  data() {
    return { state: 'idle', live: false, problem: '' };
  },
  computed: {
    words() {
      return WORDS[this.state];
    },
  },
  unmounted() {
    this.leave();
    this.ring(false);
  },
  methods: {
    async join(url, body, microphone) {
      this.leave();
      this.problem = '';
      this.become('connecting');
      try {
        const audio = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
        this.stream = await navigator.mediaDevices.getUserMedia({ audio });
        this.microphone(microphone);
        const pc = (this.pc = new RTCPeerConnection({ iceServers: this.iceServers || [] }));
        this.stream.getTracks().forEach((t) => pc.addTrack(t, this.stream));
        pc.ontrack = (e) => {
          this.$refs.audio.srcObject = e.streams[0];
          globalThis.consoleRemote = e.streams[0];
        };
        pc.onconnectionstatechange = () => {
          if (pc !== this.pc) return;
          if (pc.connectionState === 'connected') this.become('connected');
          if (['failed', 'closed', 'disconnected'].includes(pc.connectionState)) this.leave('idle');
        };
        await pc.setLocalDescription(await pc.createOffer());
        await this.gathered(pc);
        const answer = await fetch(url, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': this.csrf },
          body: JSON.stringify({ ...body, sdp: pc.localDescription.sdp }),
        });
        const result = await answer.json();
        if (!answer.ok) throw new Error(result.message || result.error || answer.status);
        await pc.setRemoteDescription({ type: 'answer', sdp: result.sdp });
      } catch (e) {
        this.leave('failed');
        this.problem = e.name === 'NotAllowedError' ? '마이크 사용을 허용해 주십시오.'
          : e.name === 'NotFoundError' ? '마이크가 없습니다.' : '잠시 뒤에 다시 해 주십시오.';
        console.warn('softphone', e.name, e.message);
      }
    },
    gathered(pc) {
      if (pc.iceGatheringState === 'complete') return;
      return new Promise((done) => {
        const late = setTimeout(done, 1000);
        pc.addEventListener('icegatheringstatechange', () => {
          if (pc.iceGatheringState === 'complete') { clearTimeout(late); done(); }
        });
      });
    },
    microphone(on) {
      this.live = on;
      this.stream?.getAudioTracks().forEach((t) => (t.enabled = on));
    },
    leave(state = 'idle') {
      const pc = this.pc;
      this.pc = null;
      pc?.close();
      this.stream?.getTracks().forEach((t) => t.stop());
      this.stream = null;
      this.live = false;
      if (this.state !== state) this.become(state);
    },
    ring(on) {
      clearInterval(this.ringing);
      this.context ??= on ? new AudioContext() : null;
      if (!on) return;
      const beep = () => {
        const t = this.context.currentTime, o = this.context.createOscillator(), v = this.context.createGain();
        o.frequency.value = 440;
        v.gain.setValueAtTime(0.15, t);
        v.gain.setValueAtTime(0, t + 0.9);
        o.connect(v).connect(this.context.destination);
        o.start(t);
        o.stop(t + 1);
      };
      beep();
      this.ringing = setInterval(beep, 2500);
    },
    become(state) {
      this.state = state;
      this.$emit('state', state);
    },
  },
};
