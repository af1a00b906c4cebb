// Owns one quiet note. Refuses to sound unless the customer switched it on.
export function chime() {
  const audio = new AudioContext();
  const gain = new GainNode(audio, { gain: 0 });
  const note = new OscillatorNode(audio, { frequency: 660 });
  note.connect(gain).connect(audio.destination);
  gain.gain.linearRampToValueAtTime(0.06, audio.currentTime + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.0005, audio.currentTime + 0.4);
  note.start();
  note.stop(audio.currentTime + 0.45);
  note.onended = () => audio.close();
}
